// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import io.harvester.wire.NativeHistogram.Side;

/** Validates a native histogram by the rules of Prometheus: model/histogram, {@code Validate}. */
final class HistogramRules {
  /** The finest schema that the format reserves. */
  private static final int MAX_RESERVED_SCHEMA = 52;

  /** No float64 is in a bucket beyond; the bound keeps index arithmetic within an int. */
  private static final int MAX_INDEX = 1 << 30;

  private static final String NOT_ASCENDING = "custom values do not ascend";

  private final NativeHistogram histogram;

  private HistogramRules(NativeHistogram histogram) {
    this.histogram = histogram;
  }

  static void check(NativeHistogram histogram) throws InvalidHistogramException {
    new HistogramRules(histogram).check();
  }

  private void check() throws InvalidHistogramException {
    int schema = histogram.schema();
    if (schema == NativeHistogram.CUSTOM) {
      custom();
    } else {
      if (schema < -4 || schema > MAX_RESERVED_SCHEMA) {
        throw broken("unknown schema", ": " + schema);
      }
      require(histogram.customValues().length == 0, "custom values with exponential buckets");
    }
    spans(histogram.positive());
    spans(histogram.negative());
    if (histogram.isFloat()) {
      floatCounts();
    } else {
      integerCounts();
    }
  }

  private void custom() throws InvalidHistogramException {
    double[] bounds = histogram.customValues();
    for (int i = 0; i < bounds.length; i++) {
      // A comparison with > rejects NaN as well. The first bound may be -Inf, as in Prometheus.
      require(i == 0 ? !Double.isNaN(bounds[0]) : bounds[i] > bounds[i - 1], NOT_ASCENDING);
      require(bounds[i] < Double.POSITIVE_INFINITY, "infinite custom value");
    }
    require(
        histogram.zeroCount() == 0 && histogram.zeroThreshold() == 0,
        "zero bucket with custom buckets");
    Side negative = histogram.negative();
    require(
        negative.offsets().length == 0 && negative.counts().length == 0,
        "negative buckets with custom buckets");
    Side positive = histogram.positive();
    long buckets = 0;
    for (int i = 0; i < positive.offsets().length; i++) {
      require(positive.offsets()[i] >= 0, "negative span offset");
      buckets += positive.offsets()[i] + Integer.toUnsignedLong(positive.lengths()[i]);
    }
    require(buckets <= bounds.length + 1L, "too few custom values");
  }

  private void spans(Side side) throws InvalidHistogramException {
    long buckets = 0;
    long index = 0;
    for (int i = 0; i < side.offsets().length; i++) {
      int offset = side.offsets()[i];
      long length = Integer.toUnsignedLong(side.lengths()[i]);
      require(i == 0 || offset >= 0, "negative span offset");
      buckets += length;
      long first = index + offset;
      index = first + length;
      require(first >= -MAX_INDEX && index <= MAX_INDEX, "bucket index out of range");
    }
    require(buckets == side.counts().length, "number of buckets differs from the spans");
  }

  private void floatCounts() throws InvalidHistogramException {
    require(!isNegative(histogram.count()), "negative count");
    require(!isNegative(histogram.zeroCount()), "negative count");
    for (Side side : new Side[] {histogram.positive(), histogram.negative()}) {
      for (long bits : side.counts()) {
        require(!isNegative(bits), "negative count");
      }
    }
  }

  private static boolean isNegative(long floatBits) {
    return Double.longBitsToDouble(floatBits) < 0;
  }

  /** The database stores counts as bigint, so the upper half of uint64 is rejected. */
  private void integerCounts() throws InvalidHistogramException {
    require(histogram.count() >= 0 && histogram.zeroCount() >= 0, "count over 2^63-1");
    long sum = histogram.zeroCount();
    for (Side side : new Side[] {histogram.positive(), histogram.negative()}) {
      for (long count : side.counts()) {
        require(count >= 0, "negative count");
        sum += count;
        require(sum >= 0, "count over 2^63-1");
      }
    }
    // An observation of NaN is counted without a bucket, and makes the sum NaN.
    boolean mayExceed = Double.isNaN(Double.longBitsToDouble(histogram.sumBits()));
    if (mayExceed ? histogram.count() < sum : histogram.count() != sum) {
      throw broken(
          "count differs from the sum of the buckets", ": " + histogram.count() + ", not " + sum);
    }
  }

  private void require(boolean holds, String rule) throws InvalidHistogramException {
    if (!holds) {
      throw broken(rule, "");
    }
  }

  private InvalidHistogramException broken(String rule, String detail) {
    return new InvalidHistogramException(rule, detail, histogram.time());
  }
}
