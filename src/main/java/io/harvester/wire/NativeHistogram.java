// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import com.google.protobuf.CodedInputStream;
import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import java.io.IOException;
import java.util.List;

/**
 * A native histogram that is valid by the rules of Prometheus (model/histogram, {@code Validate}).
 * Each count is a long: the number itself in an integer histogram, its IEEE 754 bits in a float
 * histogram.
 *
 * @param time ms since the epoch
 * @param startTime start of counting, ms since the epoch; 0: unknown
 * @param isFloat whether the counts are IEEE 754 bits
 * @param schema -4…8: each bound is 2^(2^-schema) times the previous one; {@link #CUSTOM}: the
 *     bounds are the custom values
 * @param resetHint 0: unknown, 1: counter reset before this histogram, 2: no reset, 3: gauge
 * @param count number of observations
 * @param sumBits sum of the observations as IEEE 754 bits; may be the stale marker
 * @param zeroThreshold half the width of the zero bucket
 * @param zeroCount number of observations in the zero bucket
 * @param positive buckets of positive values
 * @param negative buckets of negative values
 * @param customValues upper bounds of custom buckets, without +Inf
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
  static final int MAX_SCHEMA = 8;

  /** {@code RESET_HINT_GAUGE}. */
  private static final int MAX_RESET_HINT = 3;

  /** The schema of custom buckets. */
  public static final int CUSTOM = -53;

  /**
   * The buckets of one sign.
   *
   * @param offsets per span: number of empty buckets before it; for the first span: the index of
   *     its first bucket
   * @param lengths per span: number of consecutive buckets
   * @param counts per bucket: number of observations, not a delta
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Side(int[] offsets, int[] lengths, long[] counts) {}

  /**
   * Parses and validates a histogram of a decoded request. A schema finer than 8 is reduced to 8,
   * as in Prometheus: the format reserves schemas up to 52, but no known sender uses them.
   *
   * @throws InvalidHistogramException if it violates a rule or cannot be parsed
   */
  public static NativeHistogram read(DecodedRequest request, int histogram)
      throws InvalidHistogramException {
    int start = request.histogramStart[histogram];
    int length = request.histogramEnd[histogram] - start;
    Histogram message;
    try { // both versions have the same field numbers; 1.0 has no start timestamp
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
    return read.schema > MAX_SCHEMA ? read.reduced() : read;
  }

  /** Whether it has both integer and float counts. Prometheus silently drops one of them. */
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
        MAX_SCHEMA,
        resetHint,
        count,
        sumBits,
        zeroThreshold,
        zeroCount,
        HistogramReduction.reduce(positive, isFloat, schema - MAX_SCHEMA),
        HistogramReduction.reduce(negative, isFloat, schema - MAX_SCHEMA),
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
        hint >= 0 && hint <= MAX_RESET_HINT ? hint : 0,
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

  /** Counts from deltas, each of which is the difference from the previous bucket. */
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
