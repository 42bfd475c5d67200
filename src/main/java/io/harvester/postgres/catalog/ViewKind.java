// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import java.util.Set;

/** The kinds of views that a metric can have: their columns and the rows they show. */
enum ViewKind {
  /** Float samples. Every metric that has series has this view. */
  VALUE(
      "metric",
      "view_label_count",
      "view_name IS NULL AND $1"
          + " AND EXISTS (SELECT FROM harvester.series r WHERE r.metric_id = m.metric_id) OR",
      "s.value, s.series_id",
      "harvester.sample",
      "s.value",
      "time",
      "node",
      "value",
      "series_id"),

  /** Native histograms, for metrics that have some. */
  HISTOGRAM(
      "metric_histogram",
      "histogram_view_label_count",
      "$1::boolean IS NOT NULL AND",
      "(s.histogram).count AS count, (s.histogram).sum AS sum, s.histogram, s.start_time,"
          + " s.series_id",
      "harvester.histogram_sample",
      "(s.histogram).sum",
      "time",
      "node",
      "series_id",
      "count",
      "sum",
      "histogram",
      "start_time"),

  /** Exemplars, for metrics that have some. */
  EXEMPLAR(
      "metric_exemplar",
      "exemplar_view_label_count",
      "$1::boolean IS NOT NULL AND",
      "s.value, s.labels ->> 'trace_id' AS trace_id, s.labels AS exemplar, s.series_id",
      "harvester.exemplar",
      null,
      "time",
      "node",
      "series_id",
      "value",
      "trace_id",
      "exemplar"),

  /** Rollups of 5 minutes. Every metric that has a view of its values has this one later. */
  ROLLUP_5M("metric_5m", "rollup_5m_view_label_count", "harvester.rolled_5m"),

  /** Rollups of 1 hour. */
  ROLLUP_1H("metric_1h", "rollup_1h_view_label_count", "harvester.rolled_1h");

  /** A view has at most 1,600 columns. Further labels are in {@code series.labels} only. */
  static final int MAX_LABEL_COLUMNS = 1500;

  private final String schema;

  /** Column of table {@code metric} with the number of labels in the view; null: no view. */
  private final String labelCount;

  private final String condition;
  private final String columns;
  private final String source;

  /** The column that has the stale marker; null: the source has none. */
  private final String marked;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<String> ownColumns;

  ViewKind(
      String schema,
      String labelCount,
      String condition,
      String columns,
      String source,
      String marked,
      String... ownColumns) {
    this.schema = schema;
    this.labelCount = labelCount;
    this.condition = condition;
    this.columns = columns;
    this.source = source;
    this.marked = marked;
    this.ownColumns = Set.of(ownColumns);
  }

  /** Rollups. */
  ViewKind(String schema, String labelCount, String source) {
    this(
        schema,
        labelCount,
        "$1::boolean IS NOT NULL AND",
        "CASE WHEN abs(s.total) < 1e-300 THEN 0 ELSE s.total / s.samples END AS avg,"
            + " s.lowest AS min, s.highest AS max, s.increase, s.samples AS count, s.series_id",
        source,
        null,
        "time",
        "node",
        "avg",
        "min",
        "max",
        "increase",
        "count",
        "series_id");
  }

  /** Whether the rows of the source are taken from parts of many series. */
  boolean isRollup() {
    return this == ROLLUP_5M || this == ROLLUP_1H;
  }

  /** The schema of the views. */
  String schema() {
    return schema;
  }

  /** The columns other than time, node and the labels, as a SELECT list. */
  String columns() {
    return columns;
  }

  /** The table or view with one row per data point, keyed by node and series. */
  String source() {
    return source;
  }

  /**
   * A condition that leaves stale markers out: they are no samples, and would turn every average
   * into NaN. The first comparison is cheap, and true for nearly all.
   */
  String isSample() {
    return marked == null
        ? ""
        : " AND (%1$s <> 'NaN'::float8 OR NOT harvester.is_stale(%1$s))".formatted(marked);
  }

  /** The names of all columns that are not labels. */
  Set<String> ownColumns() {
    return ownColumns;
  }

  /**
   * A query that locks metrics whose view lacks labels or, if $1 is true, is missing; without the
   * metrics $2, at most $3. It returns id, name and label names.
   */
  String findOutdated() {
    return """
    SELECT metric_id, name, label_names FROM harvester.metric m
     WHERE (%s view_name IS NOT NULL AND %s < least(cardinality(label_names), %d))
       AND metric_id <> ALL ($2)
     ORDER BY metric_id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
    """
        .formatted(condition, labelCount, MAX_LABEL_COLUMNS);
  }

  /** An UPDATE that records that the view of metric $1 has the name $2 and $3 labels. */
  String markRefreshed() {
    return "UPDATE harvester.metric SET view_name = $2, "
        + labelCount
        + " = $3 WHERE metric_id = $1";
  }

  /** An UPDATE that requests this view for the metrics of the series $1. */
  String requestView() {
    return """
    UPDATE harvester.metric SET %s = -1
     WHERE %s IS NULL
       AND metric_id IN (SELECT metric_id FROM harvester.series WHERE series_id = ANY ($1))
    """
        .formatted(labelCount, labelCount);
  }
}
