// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import java.util.Arrays;

/**
 * The buckets of one sign. Its arrays are never changed, except by the accumulator that owns them.
 *
 * @param offsets per span: number of absent buckets before it; for the first span: the index of its
 *     first bucket
 * @param lengths per span: number of consecutive buckets, at least 1
 * @param counts per bucket: number of observations
 */
@SuppressWarnings("ArrayRecordComponent") // compared by their content
public record Side(int[] offsets, int[] lengths, double[] counts) {
  private static final int[] NO_SPANS = {};
  private static final double[] NO_BUCKETS = {};

  /** No buckets. */
  public static final Side EMPTY = new Side(NO_SPANS, NO_SPANS, NO_BUCKETS);

  /** One span of buckets. */
  static Side of(int offset, double[] counts) {
    return counts.length == 0
        ? EMPTY
        : new Side(new int[] {offset}, new int[] {counts.length}, counts);
  }

  /** A side without spans of length 0. */
  static Side of(int[] offsets, int[] lengths, double[] counts) {
    int used = 0;
    for (int length : lengths) {
      used += length > 0 ? 1 : 0;
    }
    if (used == lengths.length) {
      return used == 0 ? EMPTY : new Side(offsets, lengths, counts);
    }
    int[] usedOffsets = new int[used];
    int[] usedLengths = new int[used];
    int gap = 0;
    int span = 0;
    for (int i = 0; i < lengths.length; i++) {
      gap += offsets[i];
      if (lengths[i] > 0) {
        usedOffsets[span] = gap;
        usedLengths[span] = lengths[i];
        span++;
        gap = 0;
      }
    }
    return used == 0 ? EMPTY : new Side(usedOffsets, usedLengths, counts);
  }

  /** Number of buckets, empty ones included. */
  public int size() {
    return counts.length;
  }

  /** Whether it has no bucket. */
  public boolean isEmpty() {
    return counts.length == 0;
  }

  boolean hasLayoutOf(Side other) {
    return Arrays.equals(offsets, other.offsets) && Arrays.equals(lengths, other.lengths);
  }

  Side withCounts(double[] other) {
    return new Side(offsets, lengths, other);
  }

  Side times(double factor) {
    double[] products = new double[counts.length];
    for (int i = 0; i < products.length; i++) {
      products[i] = counts[i] * factor;
    }
    return withCounts(products);
  }

  Side dividedBy(double divisor) {
    double[] quotients = new double[counts.length];
    for (int i = 0; i < quotients.length; i++) {
      quotients[i] = counts[i] / divisor;
    }
    return withCounts(quotients);
  }

  /** Equal spans and equal bits of the counts. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Side side && hasLayoutOf(side) && sameBits(counts, side.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offsets) + Arrays.hashCode(counts);
  }

  static boolean sameBits(double[] a, double[] b) {
    if (a == b) {
      return true;
    }
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (!sameBits(a[i], b[i])) {
        return false;
      }
    }
    return true;
  }

  static boolean sameBits(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }
}
