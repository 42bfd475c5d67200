// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/**
 * Goes through all buckets of a histogram: negative, zero, positive, or the other way round. Empty
 * buckets are included, except an empty zero bucket. Bounds are computed only when asked for. A
 * bound within the zero bucket is moved to the bound of the zero bucket.
 */
public final class BucketCursor {
  private enum Place {
    FIRST_SIDE,
    ZERO,
    SECOND_SIDE
  }

  private final FloatHistogram histogram;
  private final boolean ascending;
  private final Walk first;
  private final Walk second;
  private Place place = Place.FIRST_SIDE;

  private BucketCursor(FloatHistogram histogram, boolean ascending, Walk first, Walk second) {
    this.histogram = histogram;
    this.ascending = ascending;
    this.first = first;
    this.second = second;
  }

  /** From the lowest bucket to the highest. */
  public static BucketCursor ascending(FloatHistogram histogram) {
    return new BucketCursor(
        histogram,
        true,
        Walk.descending(histogram.negative()),
        Walk.ascending(histogram.positive()));
  }

  /** From the highest bucket to the lowest. */
  public static BucketCursor descending(FloatHistogram histogram) {
    return new BucketCursor(
        histogram,
        false,
        Walk.descending(histogram.positive()),
        Walk.ascending(histogram.negative()));
  }

  /** Goes to the next bucket. If there is none, it stays at the last one. */
  public boolean next() {
    if (place == Place.FIRST_SIDE) {
      if (first.next()) {
        return true;
      }
      if (histogram.zeroCount() > 0) {
        place = Place.ZERO;
        return true;
      }
    }
    if (second.next()) {
      place = Place.SECOND_SIDE;
      return true;
    }
    return false;
  }

  public double count() {
    return place == Place.ZERO ? histogram.zeroCount() : walk().count();
  }

  public double lower() {
    double zeroThreshold = histogram.zeroThreshold();
    if (place == Place.ZERO) {
      return -zeroThreshold;
    }
    double bound = isPositive() ? bound(walk().index() - 1) : -bound(walk().index());
    return bound > 0 && bound < zeroThreshold ? zeroThreshold : bound;
  }

  public double upper() {
    double zeroThreshold = histogram.zeroThreshold();
    if (place == Place.ZERO) {
      return zeroThreshold;
    }
    double bound = isPositive() ? bound(walk().index()) : -bound(walk().index() - 1);
    return bound < 0 && bound > -zeroThreshold ? -zeroThreshold : bound;
  }

  public boolean lowerInclusive() {
    if (place == Place.ZERO) {
      return true;
    }
    return histogram.isCustom() ? walk().index() == 0 : lower() < 0;
  }

  public boolean upperInclusive() {
    return place == Place.ZERO || histogram.isCustom() || upper() > 0;
  }

  /** The bucket as an object. */
  public Bucket bucket() {
    return new Bucket(lower(), upper(), lowerInclusive(), upperInclusive(), count());
  }

  private Walk walk() {
    return place == Place.FIRST_SIDE ? first : second;
  }

  private boolean isPositive() {
    return ascending == (place == Place.SECOND_SIDE);
  }

  private double bound(int index) {
    return Bounds.upper(index, histogram.schema(), histogram.customValues());
  }
}
