package io.harvester.wire;

import io.harvester.wire.NativeHistogram.Side;

/** What makes a native histogram valid: Prometheus, model/histogram, {@code Validate}. */
final class HistogramRules {
  /** The finest schema that the format has a number for. */
  private static final int FINEST_RESERVED = 52;

  /** No bucket of a float64 is farther out; it keeps all arithmetic on indexes within an int. */
  private static final int FARTHEST_INDEX = 1 << 30;

  private static final String ASCENT = "custom values do not ascend";

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
      if (schema < -4 || schema > FINEST_RESERVED) {
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
    double[] borders = histogram.customValues();
    for (int i = 0; i < borders.length; i++) {
      // Not the opposite of <=: NaN is refused, too. -Inf may come first, as in Prometheus.
      require(i == 0 ? !Double.isNaN(borders[0]) : borders[i] > borders[i - 1], ASCENT);
      require(borders[i] < Double.POSITIVE_INFINITY, "infinite custom value");
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
      require(positive.offsets()[i] >= 0, "negative offset of a span");
      buckets += positive.offsets()[i] + Integer.toUnsignedLong(positive.lengths()[i]);
    }
    require(buckets <= borders.length + 1L, "too few custom values");
  }

  private void spans(Side side) throws InvalidHistogramException {
    long buckets = 0;
    long index = 0;
    for (int i = 0; i < side.offsets().length; i++) {
      int offset = side.offsets()[i];
      long length = Integer.toUnsignedLong(side.lengths()[i]);
      require(i == 0 || offset >= 0, "negative offset of a span");
      buckets += length;
      long first = index + offset;
      index = first + length;
      require(first >= -FARTHEST_INDEX && index <= FARTHEST_INDEX, "bucket index out of range");
    }
    require(buckets == side.counts().length, "spans and buckets differ in number");
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

  /** The largest counts of uint64 have no place in a bigint, and never happened. */
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
    // Observations of NaN are counted, but in no bucket; and they make the sum NaN.
    boolean mayExceed = Double.isNaN(Double.longBitsToDouble(histogram.sumBits()));
    if (mayExceed ? histogram.count() < sum : histogram.count() != sum) {
      throw broken("count is not that of the buckets", ": " + histogram.count() + ", not " + sum);
    }
  }

  private void require(boolean kept, String rule) throws InvalidHistogramException {
    if (!kept) {
      throw broken(rule, "");
    }
  }

  private InvalidHistogramException broken(String rule, String detail) {
    return new InvalidHistogramException(rule, detail, histogram.time());
  }
}
