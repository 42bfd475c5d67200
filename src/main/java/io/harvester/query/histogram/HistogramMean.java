// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/**
 * The incremental mean of histograms: each one moves the mean by its n-th part. Histograms with the
 * layout of the mean are taken into account in place.
 */
public final class HistogramMean implements HistogramTotal {
  private FloatHistogram mean;
  private double number = 1;

  /** Whether the arrays of the mean may be changed. */
  private boolean owned;

  /** Starts with a first histogram. */
  public HistogramMean(FloatHistogram first) {
    mean = first;
  }

  /** Takes a histogram into account. After an exception the mean is no longer usable. */
  @Override
  public void add(FloatHistogram other) throws IncompatibleSchemasException {
    Combination.requireCompatible(mean, other);
    number++;
    if (isAlike(other.positive(), mean.positive(), other)
        && isAlike(other.negative(), mean.negative(), other)) {
      moveInPlace(other);
    } else {
      mean = mean.add(other.div(number).sub(mean.div(number)));
      owned = false;
    }
  }

  private boolean isAlike(Side side, Side sideOfMean, FloatHistogram other) {
    return mean.schema() == other.schema()
        && mean.zeroThreshold() == other.zeroThreshold()
        && side.hasLayoutOf(sideOfMean)
        && (side.isEmpty() || Bounds.within(mean.zeroThreshold(), side, mean.schema()) == 0);
  }

  private void moveInPlace(FloatHistogram other) {
    Side positive = owned ? mean.positive() : copy(mean.positive());
    Side negative = owned ? mean.negative() : copy(mean.negative());
    move(positive.counts(), other.positive().counts());
    move(negative.counts(), other.negative().counts());
    mean =
        new FloatHistogram(
            mean.hint().plus(other.hint()),
            mean.schema(),
            mean.zeroThreshold(),
            moved(mean.zeroCount(), other.zeroCount()),
            moved(mean.count(), other.count()),
            moved(mean.sum(), other.sum()),
            positive,
            negative,
            mean.customValues());
    owned = true;
  }

  private static Side copy(Side side) {
    return side.withCounts(side.counts().clone());
  }

  private void move(double[] means, double[] others) {
    for (int i = 0; i < means.length; i++) {
      means[i] = moved(means[i], others[i]);
    }
  }

  /** The steps of the general case, for equal errors of rounding. */
  private double moved(double from, double other) {
    return from + (other / number - from / number);
  }

  @Override
  public FloatHistogram result() {
    owned = false; // the result never changes
    return mean;
  }
}
