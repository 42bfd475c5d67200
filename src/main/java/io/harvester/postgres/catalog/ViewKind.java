package io.harvester.postgres.catalog;

import java.util.Set;

/** The views that a metric may have: what they show and of which rows. */
enum ViewKind {
  /** Every metric has this one. */
  VALUE(
      "metric",
      "view_label_count",
      "view_name IS NULL AND $1 OR",
      "s.value",
      "harvester.sample",
      "time",
      "node",
      "value"),

  /** Metrics of which a native histogram was stored. */
  HISTOGRAM(
      "metric_histogram",
      "histogram_view_label_count",
      "$1::boolean IS NOT NULL AND",
      "(s.histogram).count AS count, (s.histogram).sum AS sum, s.histogram, s.start_time",
      "harvester.histogram_sample",
      "time",
      "node",
      "count",
      "sum",
      "histogram",
      "start_time"),

  /** Metrics of which an exemplar was stored. */
  EXEMPLAR(
      "metric_exemplar",
      "exemplar_view_label_count",
      "$1::boolean IS NOT NULL AND",
      "s.value, s.labels ->> 'trace_id' AS trace_id, s.labels AS exemplar",
      "harvester.exemplar",
      "time",
      "node",
      "value",
      "trace_id",
      "exemplar");

  /** A view has 1,600 columns at most; what is beyond stays in series.labels. */
  static final int MAX_LABEL_COLUMNS = 1500;

  private final String schema;
  private final String progress;
  private final String condition;
  private final String columns;
  private final String source;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<String> ownColumns;

  ViewKind(
      String schema,
      String progress,
      String condition,
      String columns,
      String source,
      String... ownColumns) {
    this.schema = schema;
    this.progress = progress;
    this.condition = condition;
    this.columns = columns;
    this.source = source;
    this.ownColumns = Set.of(ownColumns);
  }

  String schema() {
    return schema;
  }

  /** What the view shows beside time, node and the labels. */
  String columns() {
    return columns;
  }

  /** The table or view with a row per point, keyed by node and series. */
  String source() {
    return source;
  }

  /** The names of all columns that are no labels. */
  Set<String> ownColumns() {
    return ownColumns;
  }

  /** Finds metrics whose view lacks labels, or is missing and may be made ($1), but $2. */
  String outdated() {
    return """
        SELECT metric_id, name, label_names FROM harvester.metric
         WHERE (%s view_name IS NOT NULL AND %s < least(cardinality(label_names), %d))
           AND metric_id <> ALL ($2)
         ORDER BY metric_id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
        """
        .formatted(condition, progress, MAX_LABEL_COLUMNS);
  }

  /** Notes that the view of metric $1 is called $2 and shows $3 labels. */
  String done() {
    return "UPDATE harvester.metric SET view_name = $2, " + progress + " = $3 WHERE metric_id = $1";
  }

  /** Notes that the metrics of the series $1 are to have this view. */
  String wanted() {
    return """
        UPDATE harvester.metric SET %s = -1
         WHERE %s IS NULL
           AND metric_id IN (SELECT metric_id FROM harvester.series WHERE series_id = ANY ($1))
        """
        .formatted(progress, progress);
  }
}
