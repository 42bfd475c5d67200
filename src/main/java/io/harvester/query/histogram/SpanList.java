// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import java.util.Arrays;

/** Builds a side from ascending buckets. */
final class SpanList {
  private int[] offsets;
  private int[] lengths;
  private final double[] counts;
  private int spans;
  private int size;
  private int end;

  SpanList(int spans, int buckets) {
    offsets = new int[spans];
    lengths = new int[spans];
    counts = new double[buckets];
  }

  boolean isEmpty() {
    return spans == 0;
  }

  /** The index after the last bucket. */
  int end() {
    return end;
  }

  /** Adds a bucket, to the last span if it follows it directly. */
  void append(int index, double count) {
    if (spans > 0 && index == end) {
      extend(count);
    } else {
      open(index, count);
    }
  }

  /** Adds a bucket to the last span. */
  void extend(double count) {
    lengths[spans - 1]++;
    counts[size++] = count;
    end++;
  }

  /** Adds a bucket in a new span. */
  void open(int index, double count) {
    if (spans == offsets.length) {
      offsets = Arrays.copyOf(offsets, spans * 2 + 2);
      lengths = Arrays.copyOf(lengths, spans * 2 + 2);
    }
    offsets[spans] = index - end;
    lengths[spans++] = 1;
    counts[size++] = count;
    end = index + 1;
  }

  void addToLast(double count) {
    counts[size - 1] += count;
  }

  Side side() {
    return size == 0
        ? Side.EMPTY
        : new Side(
            spans == offsets.length ? offsets : Arrays.copyOf(offsets, spans),
            spans == lengths.length ? lengths : Arrays.copyOf(lengths, spans),
            size == counts.length ? counts : Arrays.copyOf(counts, size));
  }
}
