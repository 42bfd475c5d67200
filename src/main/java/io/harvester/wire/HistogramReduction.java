// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import io.harvester.wire.NativeHistogram.Side;
import java.util.Arrays;

/**
 * Merges adjacent buckets of one side of an exponential histogram to reach a coarser schema, as
 * {@code reduceResolution} in Prometheus does for schemas above 8.
 */
final class HistogramReduction {
  private final Side from;
  private final boolean isFloat;
  private final int shift;
  private final long[] counts;
  private int[] offsets = new int[4];
  private int[] lengths = new int[4];
  private int spans;
  private int buckets;
  private long last;

  private HistogramReduction(Side from, boolean isFloat, int shift) {
    this.from = from;
    this.isFloat = isFloat;
    this.shift = shift;
    this.counts = new long[from.counts().length];
  }

  /**
   * Reduces the schema of a side. Its spans and counts must agree.
   *
   * @param isFloat whether the counts are IEEE 754 bits
   * @param schemas by how much to reduce the schema
   */
  static Side reduce(Side side, boolean isFloat, int schemas) {
    return new HistogramReduction(side, isFloat, schemas).reduce();
  }

  private Side reduce() {
    long index = 0;
    int bucket = 0;
    for (int span = 0; span < from.offsets().length; span++) {
      index += from.offsets()[span];
      for (int i = 0; i < from.lengths()[span]; i++) {
        // Bucket n ends at base^n, so buckets 1 and 2 become bucket 1 when the base is squared.
        place(((index - 1) >> shift) + 1);
        add(from.counts()[bucket]);
        index++;
        bucket++;
      }
    }
    return new Side(
        Arrays.copyOf(offsets, spans),
        Arrays.copyOf(lengths, spans),
        Arrays.copyOf(counts, buckets));
  }

  /** Makes the bucket of an index the current one. Indexes never decrease. */
  private void place(long index) {
    if (spans == 0) {
      open((int) index);
    } else if (index > last + 1) {
      open((int) (index - last - 1));
    } else if (index == last + 1) {
      lengths[spans - 1]++;
      buckets++;
    }
    last = index;
  }

  private void open(int offset) {
    if (spans == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * spans);
      lengths = Arrays.copyOf(lengths, 2 * spans);
    }
    offsets[spans] = offset;
    lengths[spans] = 1;
    spans++;
    buckets++;
  }

  private void add(long count) {
    long sum = counts[buckets - 1];
    counts[buckets - 1] =
        isFloat
            ? Double.doubleToRawLongBits(
                Double.longBitsToDouble(sum) + Double.longBitsToDouble(count))
            : sum + count;
  }
}
