// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Adds up histograms in place: as {@link FloatHistogram#add} for each, without copies. */
public final class HistogramSum implements HistogramTotal {
  /** Everything but the numbers below. */
  private FloatHistogram base;

  private CounterReset hint;
  private double zeroCount;
  private double count;
  private double sum;
  private Side positive;
  private Side negative;

  /** Whether the arrays of the two sides may be changed. */
  private boolean owned;

  private boolean hintsCollided;

  /** Starts with a first histogram. */
  public HistogramSum(FloatHistogram first) {
    load(first);
  }

  private void load(FloatHistogram histogram) {
    base = histogram;
    hint = histogram.hint();
    zeroCount = histogram.zeroCount();
    count = histogram.count();
    sum = histogram.sum();
    positive = histogram.positive();
    negative = histogram.negative();
    owned = false;
  }

  /** Adds a histogram. After an exception the sum is as before. */
  @Override
  public void add(FloatHistogram other) throws IncompatibleSchemasException {
    Combination.requireCompatible(base, other);
    hintsCollided |= hint.collidesWith(other.hint());
    if (isAlike(other) && addInPlace(other)) {
      hint = hint.plus(other.hint());
      zeroCount += other.zeroCount();
      count += other.count();
      sum += other.sum();
    } else {
      load(result().add(other));
    }
  }

  private boolean isAlike(FloatHistogram other) {
    return base.schema() == other.schema() && base.zeroThreshold() == other.zeroThreshold();
  }

  private boolean addInPlace(FloatHistogram other) {
    int schema = base.schema();
    double zeroThreshold = base.zeroThreshold();
    if (!Sides.covers(positive, other.positive(), schema, zeroThreshold)
        || !Sides.covers(negative, other.negative(), schema, zeroThreshold)) {
      return false;
    }
    if (!owned) {
      positive = positive.withCounts(positive.counts().clone());
      negative = negative.withCounts(negative.counts().clone());
      owned = true;
    }
    Sides.addInPlace(positive, other.positive());
    Sides.addInPlace(negative, other.negative());
    return true;
  }

  /** Whether a reset and no reset were added to each other. */
  public boolean hintsCollided() {
    return hintsCollided;
  }

  @Override
  public FloatHistogram result() {
    owned = false; // the result never changes
    return new FloatHistogram(
        hint,
        base.schema(),
        base.zeroThreshold(),
        zeroCount,
        count,
        sum,
        positive,
        negative,
        base.customValues());
  }
}
