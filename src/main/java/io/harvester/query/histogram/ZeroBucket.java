// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/**
 * A zero bucket, possibly wider than that of its histogram.
 *
 * @param threshold half its width
 * @param count number of observations in it
 */
record ZeroBucket(double threshold, double count) {
  static ZeroBucket of(FloatHistogram histogram) {
    return new ZeroBucket(histogram.zeroThreshold(), histogram.zeroCount());
  }

  /**
   * The zero bucket of a histogram if it were at least as wide as the threshold. A bucket with
   * observations that contains the threshold is included as a whole.
   */
  static ZeroBucket widened(FloatHistogram histogram, double threshold) {
    if (threshold == histogram.zeroThreshold()) {
      return of(histogram);
    }
    double wide = threshold;
    while (true) {
      Part positive =
          Part.of(histogram.positive(), histogram.schema(), wide, histogram.zeroCount());
      Part negative =
          Part.of(histogram.negative(), histogram.schema(), positive.threshold, positive.count);
      if (!(negative.threshold > positive.threshold)) {
        return new ZeroBucket(negative.threshold, negative.count);
      }
      wide = negative.threshold; // may contain more positive buckets
    }
  }

  /** What one sign contributes. */
  private record Part(double threshold, double count) {
    static Part of(Side side, int schema, double threshold, double countBefore) {
      double count = countBefore;
      int index = 0;
      int bucket = 0;
      for (int span = 0; span < side.lengths().length; span++) {
        index += side.offsets()[span];
        for (int i = side.lengths()[span]; i > 0; i--) {
          if (Bounds.exponential(index - 1, schema) >= threshold) {
            return new Part(threshold, count);
          }
          count += side.counts()[bucket];
          double upper = Bounds.exponential(index, schema);
          if (upper > threshold) {
            return new Part(side.counts()[bucket] == 0 ? threshold : upper, count);
          }
          index++;
          bucket++;
        }
      }
      return new Part(threshold, count);
    }
  }
}
