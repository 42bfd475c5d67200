package io.harvester.wire;

import com.google.protobuf.CodedInputStream;
import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import java.io.IOException;
import java.util.List;

/**
 * A native histogram, valid by the rules of Prometheus (model/histogram, {@code Validate}). Counts
 * are kept as 64 bits each: of an integer histogram the number itself, of a float histogram its
 * IEEE 754 bits.
 *
 * @param time ms since the epoch
 * @param startTime since when it counts, ms since the epoch; 0: not given
 * @param isFloat how to read the counts
 * @param schema -4…8: buckets grow by 2^(2^-schema); {@link #CUSTOM}: by custom values
 * @param resetHint 0 unknown, 1 reset before this one, 2 no reset, 3 gauge
 * @param count observations
 * @param sumBits their sum as IEEE 754 bits; it may be the stale marker
 * @param zeroThreshold half the width of the zero bucket
 * @param zeroCount observations in it
 * @param positive buckets above zero
 * @param negative buckets below zero
 * @param customValues upper borders of the buckets of {@link #CUSTOM}, without +Inf
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NativeHistogram(
    long time,
    long startTime,
    boolean isFloat,
    int schema,
    int resetHint,
    long count,
    long sumBits,
    double zeroThreshold,
    long zeroCount,
    Side positive,
    Side negative,
    double[] customValues) {

  /** The finest exponential schema that is stored. */
  static final int FINEST = 8;

  /** {@code RESET_HINT_GAUGE}. */
  private static final int LAST_HINT = 3;

  /** The schema of custom buckets. */
  public static final int CUSTOM = -53;

  /**
   * The buckets of one sign.
   *
   * @param offsets per span: buckets left out before it; of the first span: the first index
   * @param lengths per span: how many consecutive buckets it has
   * @param counts per bucket: its observations, absolute
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Side(int[] offsets, int[] lengths, long[] counts) {}

  /**
   * Reads and checks a histogram of a decoded request. One finer than schema 8 comes reduced to 8,
   * as in Prometheus: the format has numbers up to 52, but no sender is known to use them.
   *
   * @throws InvalidHistogramException if it breaks a rule, or is no message at all
   */
  public static NativeHistogram read(DecodedRequest request, int histogram)
      throws InvalidHistogramException {
    int start = request.histogramStart[histogram];
    int length = request.histogramEnd[histogram] - start;
    Histogram message;
    try { // both versions number the fields alike; 1.0 has no start timestamp
      message = Histogram.parseFrom(CodedInputStream.newInstance(request.body, start, length));
    } catch (IOException e) {
      throw new InvalidHistogramException("malformed protobuf", ": " + e.getMessage(), 0);
    }
    if (isMixed(message)) {
      String rule = "integer and float counts mixed";
      throw new InvalidHistogramException(rule, "", message.getTimestamp());
    }
    NativeHistogram read = of(message, request.version == MessageVersion.V2);
    HistogramRules.check(read);
    return read.schema > FINEST ? read.reduced() : read;
  }

  /** Prometheus drops counts of the other kind silently. */
  private static boolean isMixed(Histogram message) {
    return message.hasCountFloat()
        ? message.getPositiveDeltasCount() > 0
            || message.getNegativeDeltasCount() > 0
            || message.getZeroCountInt() != 0
        : message.getPositiveCountsCount() > 0
            || message.getNegativeCountsCount() > 0
            || message.getZeroCountFloat() != 0;
  }

  private NativeHistogram reduced() {
    return new NativeHistogram(
        time,
        startTime,
        isFloat,
        FINEST,
        resetHint,
        count,
        sumBits,
        zeroThreshold,
        zeroCount,
        HistogramReduction.reduce(positive, isFloat, schema - FINEST),
        HistogramReduction.reduce(negative, isFloat, schema - FINEST),
        customValues);
  }

  private static NativeHistogram of(Histogram message, boolean v2) {
    boolean isFloat = message.hasCountFloat();
    int hint = message.getResetHintValue();
    return new NativeHistogram(
        message.getTimestamp(),
        v2 ? message.getStartTimestamp() : 0,
        isFloat,
        message.getSchema(),
        hint >= 0 && hint <= LAST_HINT ? hint : 0,
        isFloat ? bits(message.getCountFloat()) : message.getCountInt(),
        bits(message.getSum()),
        message.getZeroThreshold(),
        isFloat ? bits(message.getZeroCountFloat()) : message.getZeroCountInt(),
        side(
            message.getPositiveSpansList(),
            isFloat
                ? floats(message.getPositiveCountsList())
                : sums(message.getPositiveDeltasList())),
        side(
            message.getNegativeSpansList(),
            isFloat
                ? floats(message.getNegativeCountsList())
                : sums(message.getNegativeDeltasList())),
        message.getCustomValuesList().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static Side side(List<BucketSpan> spans, long[] counts) {
    return new Side(
        spans.stream().mapToInt(BucketSpan::getOffset).toArray(),
        spans.stream().mapToInt(BucketSpan::getLength).toArray(),
        counts);
  }

  private static long[] floats(List<Double> counts) {
    return counts.stream().mapToLong(NativeHistogram::bits).toArray();
  }

  /** Each delta is the difference from the bucket before. */
  private static long[] sums(List<Long> deltas) {
    long[] counts = new long[deltas.size()];
    long count = 0;
    for (int i = 0; i < counts.length; i++) {
      count += deltas.get(i);
      counts[i] = count;
    }
    return counts;
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }
}
