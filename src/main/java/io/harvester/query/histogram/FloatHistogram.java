// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import io.harvester.wire.NativeHistogram;
import java.util.ArrayList;
import java.util.List;

/**
 * A native histogram with fractional counts. It never changes; operations return a new one.
 *
 * @param hint what it says about counter resets
 * @param schema -4…8: each bound is 2^(2^-schema) times the previous one; {@link
 *     NativeHistogram#CUSTOM}: the bounds are the custom values
 * @param zeroThreshold half the width of the zero bucket
 * @param zeroCount number of observations in the zero bucket
 * @param count number of observations
 * @param sum sum of the observations
 * @param positive buckets of positive values, or the custom buckets
 * @param negative buckets of negative values
 * @param customValues upper bounds of the custom buckets, without +Inf
 */
@SuppressWarnings("ArrayRecordComponent") // compared by their content
public record FloatHistogram(
    CounterReset hint,
    int schema,
    double zeroThreshold,
    double zeroCount,
    double count,
    double sum,
    Side positive,
    Side negative,
    double[] customValues) {
  private static final double[] NO_CUSTOM_VALUES = {};
  private static final long STALE = 0x7ff0000000000002L;

  /** The histogram as it was stored. */
  public static FloatHistogram of(NativeHistogram stored) {
    return new FloatHistogram(
        CounterReset.of(stored.resetHint()),
        stored.schema(),
        stored.zeroThreshold(),
        number(stored.zeroCount(), stored.isFloat()),
        number(stored.count(), stored.isFloat()),
        Double.longBitsToDouble(stored.sumBits()),
        side(stored.positive(), stored.isFloat()),
        side(stored.negative(), stored.isFloat()),
        stored.customValues());
  }

  /** A histogram of which only the number and the sum of the observations are of interest. */
  public static FloatHistogram ofTotals(CounterReset hint, double count, double sum) {
    return new FloatHistogram(hint, 0, 0, 0, count, sum, Side.EMPTY, Side.EMPTY, NO_CUSTOM_VALUES);
  }

  private static Side side(NativeHistogram.Side stored, boolean isFloat) {
    long[] counts = stored.counts();
    double[] numbers = new double[counts.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(counts[i], isFloat);
    }
    return Side.of(stored.offsets(), stored.lengths(), numbers);
  }

  private static double number(long count, boolean isFloat) {
    return isFloat ? Double.longBitsToDouble(count) : count;
  }

  /** An empty histogram with the schema and the bounds of this one. */
  public FloatHistogram emptied() {
    return new FloatHistogram(
        CounterReset.UNKNOWN, schema, 0, 0, 0, 0, Side.EMPTY, Side.EMPTY, customValues);
  }

  /** Whether the buckets have custom bounds. */
  public boolean isCustom() {
    return schema == NativeHistogram.CUSTOM;
  }

  /** Whether it marks the end of a series. */
  public boolean isStale() {
    return Double.doubleToRawLongBits(sum) == STALE;
  }

  public FloatHistogram withHint(CounterReset other) {
    return hint == other ? this : with(other, positive, negative);
  }

  private FloatHistogram with(CounterReset newHint, Side newPositive, Side newNegative) {
    return new FloatHistogram(
        newHint,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        newPositive,
        newNegative,
        customValues);
  }

  /**
   * The sum of two histograms, with the coarser schema and the wider zero bucket. It may have empty
   * buckets.
   */
  public FloatHistogram add(FloatHistogram other) throws IncompatibleSchemasException {
    return Combination.of(this, other, false);
  }

  /** The difference of two histograms, with the hint of this one. */
  public FloatHistogram sub(FloatHistogram other) throws IncompatibleSchemasException {
    return Combination.of(this, other, true);
  }

  /** Every count and the sum times a factor. */
  public FloatHistogram mul(double factor) {
    return new FloatHistogram(
        hint,
        schema,
        zeroThreshold,
        zeroCount * factor,
        count * factor,
        sum * factor,
        positive.times(factor),
        negative.times(factor),
        customValues);
  }

  /** Every count and the sum divided by a number. Division by 0 removes the buckets. */
  public FloatHistogram div(double divisor) {
    return new FloatHistogram(
        hint,
        schema,
        zeroThreshold,
        zeroCount / divisor,
        count / divisor,
        sum / divisor,
        divisor == 0 ? Side.EMPTY : positive.dividedBy(divisor),
        divisor == 0 ? Side.EMPTY : negative.dividedBy(divisor),
        customValues);
  }

  /** Every count and the sum with the other sign. */
  public FloatHistogram negate() {
    return mul(-1);
  }

  /** The histogram without empty buckets, with as few spans as possible. */
  public FloatHistogram compact() {
    return Sides.isCompact(positive) && Sides.isCompact(negative)
        ? this
        : with(hint, Sides.compact(positive), Sides.compact(negative));
  }

  /**
   * The histogram in a coarser schema; in another schema the hint is lost.
   *
   * @throws IllegalArgumentException if the schema is finer, or one of the two is custom
   */
  public FloatHistogram reducedTo(int coarser) {
    if (coarser == schema) {
      return this;
    }
    if (coarser > schema || !Bounds.isExponential(coarser)) {
      throw new IllegalArgumentException("no reduction from schema " + schema + " to " + coarser);
    }
    return new FloatHistogram(
        CounterReset.UNKNOWN,
        coarser,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        Sides.reduce(positive, schema, coarser),
        Sides.reduce(negative, schema, coarser),
        customValues);
  }

  /** Whether counting started anew between a previous histogram and this one. */
  public boolean detectReset(FloatHistogram previous) {
    return Resets.between(previous, this);
  }

  /** The value below which a part q of the observations lies. */
  public double quantile(double q) {
    return estimateQuantile(q).value();
  }

  /** As {@link #quantile}, with what the asker should know. */
  public Estimate estimateQuantile(double q) {
    return Estimates.quantile(this, q);
  }

  /** The part of the observations that lies between two values. */
  public double fraction(double lower, double upper) {
    return estimateFraction(lower, upper).value();
  }

  /** As {@link #fraction}, with what the asker should know. */
  public Estimate estimateFraction(double lower, double upper) {
    return Estimates.fraction(this, lower, upper);
  }

  /** Mean of the observations. */
  public double avg() {
    return sum / count;
  }

  /** Standard deviation of the observations. */
  public double stdDev() {
    return Math.sqrt(stdVar());
  }

  /** Variance of the observations. */
  public double stdVar() {
    return Estimates.variance(this);
  }

  /** The buckets that are not empty, ascending, as the HTTP API lists them. */
  public List<Bucket> buckets() {
    List<Bucket> buckets = new ArrayList<>();
    BucketCursor cursor = BucketCursor.ascending(this);
    while (cursor.next()) {
      if (cursor.count() != 0) {
        buckets.add(cursor.bucket());
      }
    }
    return buckets;
  }

  /** Equal in everything but the hint: equal bits of the numbers, equal spans. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FloatHistogram histogram
        && schema == histogram.schema
        && Side.sameBits(count, histogram.count)
        && Side.sameBits(sum, histogram.sum)
        && (!isCustom() || Side.sameBits(customValues, histogram.customValues))
        && zeroThreshold == histogram.zeroThreshold
        && Side.sameBits(zeroCount, histogram.zeroCount)
        && negative.equals(histogram.negative)
        && positive.equals(histogram.positive);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Double.hashCode(count) + Double.hashCode(sum)) + positive.hashCode();
  }
}
