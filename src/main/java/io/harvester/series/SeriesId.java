// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/**
 * The layout of {@code series_id}: {@code metric_id << 40 | sequence}. All ids of a metric are one
 * range of numbers, which the view of the metric carries as constants. TimescaleDB pushes constants
 * down to compressed batches, but not a join clause, so that a query by metric name reads the
 * batches of that metric only.
 *
 * <p>Metrics from number {@link #MAX_METRIC} on share the last range. The join with table {@code
 * series} keeps their views right; they are slower.
 */
public final class SeriesId {
  /** Bits of the sequence number, which is unique without the metric, and grows with time. */
  public static final int SEQUENCE_BITS = 40;

  /** The range of the metrics that have none of their own. Series ids are positive. */
  public static final int MAX_METRIC = (1 << (Long.SIZE - 1 - SEQUENCE_BITS)) - 1;

  private SeriesId() {}

  /** The lowest id that a series of the metric can have. */
  public static long first(int metricId) {
    return (long) Math.min(metricId, MAX_METRIC) << SEQUENCE_BITS;
  }

  /** The highest id that a series of the metric can have. */
  public static long last(int metricId) {
    return first(metricId) | ((1L << SEQUENCE_BITS) - 1);
  }

  /** The metric of a series; {@link #MAX_METRIC} stands for all that share its range. */
  public static int metric(long seriesId) {
    return (int) (seriesId >>> SEQUENCE_BITS);
  }

  /** The part that grows with each new series, whatever its metric. */
  public static long sequence(long seriesId) {
    return seriesId & ((1L << SEQUENCE_BITS) - 1);
  }
}
