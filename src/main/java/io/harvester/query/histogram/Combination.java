// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Sum and difference of two histograms. */
final class Combination {
  private Combination() {}

  static void requireCompatible(FloatHistogram a, FloatHistogram b)
      throws IncompatibleSchemasException {
    if (a.isCustom() != b.isCustom()) {
      throw IncompatibleSchemasException.mixed();
    }
    if (a.isCustom() && !Side.sameBits(a.customValues(), b.customValues())) {
      throw IncompatibleSchemasException.differentBounds();
    }
  }

  static FloatHistogram of(FloatHistogram a, FloatHistogram b, boolean subtract)
      throws IncompatibleSchemasException {
    requireCompatible(a, b);
    FloatHistogram left = a;
    ZeroBucket zero = ZeroBucket.of(b);
    if (!a.isCustom()) {
      // Each one widens the other one until no bucket contains the threshold. NaN is never equal.
      while (zero.threshold() > left.zeroThreshold() || zero.threshold() < left.zeroThreshold()) {
        if (left.zeroThreshold() > zero.threshold()) {
          zero = ZeroBucket.widened(b, left.zeroThreshold());
        }
        if (zero.threshold() > left.zeroThreshold()) {
          left = withZero(left, ZeroBucket.widened(left, zero.threshold()));
        }
      }
    }
    int sign = subtract ? -1 : 1;
    int schema = Math.min(a.schema(), b.schema());
    return new FloatHistogram(
        subtract ? a.hint() : a.hint().plus(b.hint()),
        schema,
        left.zeroThreshold(),
        a.isCustom() ? a.zeroCount() : left.zeroCount() + sign * zero.count(),
        a.count() + sign * b.count(),
        a.sum() + sign * b.sum(),
        side(left, left.positive(), b, b.positive(), subtract),
        a.isCustom() ? a.negative() : side(left, left.negative(), b, b.negative(), subtract),
        a.customValues());
  }

  private static Side side(
      FloatHistogram a, Side sideOfA, FloatHistogram b, Side sideOfB, boolean subtract) {
    int schema = Math.min(a.schema(), b.schema());
    return Sides.add(
        Sides.reduce(sideOfA, a.schema(), schema),
        Sides.reduce(sideOfB, b.schema(), schema),
        schema,
        a.zeroThreshold(),
        subtract);
  }

  private static FloatHistogram withZero(FloatHistogram histogram, ZeroBucket zero) {
    int schema = histogram.schema();
    return new FloatHistogram(
        histogram.hint(),
        schema,
        zero.threshold(),
        zero.count(),
        histogram.count(),
        histogram.sum(),
        Sides.trimmed(histogram.positive(), schema, zero.threshold()),
        Sides.trimmed(histogram.negative(), schema, zero.threshold()),
        histogram.customValues());
  }
}
