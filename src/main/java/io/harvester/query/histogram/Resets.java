// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Whether counting started anew between two histograms. */
final class Resets {
  private Resets() {}

  static boolean between(FloatHistogram previous, FloatHistogram current) {
    if (current.hint() == CounterReset.RESET || current.hint() == CounterReset.NO_RESET) {
      return current.hint() == CounterReset.RESET;
    }
    // The buckets of a gauge are compared as well: a function for counters may get gauges.
    if (current.count() < previous.count() || isIncompatible(previous, current)) {
      return true;
    }
    // Neither a finer schema nor a narrower zero bucket comes about without a restart.
    if (current.schema() > previous.schema()
        || current.zeroThreshold() < previous.zeroThreshold()) {
      return true;
    }
    double threshold = current.zeroThreshold();
    ZeroBucket zero = ZeroBucket.widened(previous, threshold);
    if (zero.threshold() != threshold || current.zeroCount() < zero.count()) {
      return true;
    }
    int schema = current.schema();
    Side positive = Sides.reduce(previous.positive(), previous.schema(), schema);
    Side negative = Sides.reduce(previous.negative(), previous.schema(), schema);
    boolean changed = previous.schema() != schema || previous.zeroThreshold() != threshold;
    return isReset(positive, current.positive(), schema, threshold, changed)
        || isReset(negative, current.negative(), schema, threshold, changed);
  }

  private static boolean isIncompatible(FloatHistogram previous, FloatHistogram current) {
    return previous.isCustom() != current.isCustom()
        || (current.isCustom() && !Side.sameBits(previous.customValues(), current.customValues()));
  }

  /**
   * Whether a bucket has fewer observations than before; those in the zero bucket aside.
   *
   * @param changed whether the schema or the zero bucket changed: then Prometheus 3.5 looks only at
   *     the first bucket beyond the current ones. If nothing changed, its storage has compared all
   */
  private static boolean isReset(
      Side previous, Side current, int schema, double threshold, boolean changed) {
    int bucket = threshold == 0 ? 0 : Bounds.within(threshold, previous, schema);
    if (bucket == 0 && previous.hasLayoutOf(current)) {
      return isLower(current.counts(), previous.counts());
    }
    Walk before = Walk.ascending(previous);
    for (int i = 0; i < bucket; i++) {
      before.next();
    }
    Walk now = Walk.ascending(current);
    boolean more = now.next();
    while (before.next()) {
      while (more && now.index() < before.index()) {
        more = now.next();
      }
      if (!more && (before.count() != 0 || changed)) {
        return before.count() != 0;
      }
      boolean exists = more && now.index() == before.index();
      if (exists ? now.count() < before.count() : before.count() != 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLower(double[] current, double[] previous) {
    for (int i = 0; i < current.length; i++) {
      if (current[i] < previous[i]) {
        return true;
      }
    }
    return false;
  }
}
