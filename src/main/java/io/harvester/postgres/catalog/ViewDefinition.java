// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import io.harvester.series.SeriesId;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The statement that creates the view of a metric. Where samples are packed, the view unpacks them:
 * it joins each range of {@code packed_sample} with the range of {@code packed_time} of the same
 * time. A condition on {@code time} selects rows of the latter by an index; a range without any is
 * not unpacked. The node is compared by name, so that the planner applies a condition on it to both
 * sides; the condition on the series ids alone selects the metric, because a second one on {@code
 * series} would make it expect too few rows.
 */
final class ViewDefinition {
  /** The number of ranges, views {@code packed_time_1} and so on. */
  private static final int RANGES = 5;

  /**
   * Each range repeats all labels, and a writer waits for the view of new labels. A metric with so
   * many is read without ranges.
   */
  private static final int MAX_LABELS_OF_RANGES = 100;

  private static final String ALL_TIMES =
      "(SELECT t.time, n.name AS node, t.clock_id, t.ord, clock_timestamp() AS barrier"
          + " FROM harvester.packed_time t JOIN harvester.node n ON n.node_id = t.node_id)";

  private final ViewKind kind;
  private final int metricId;
  private final List<String> labels;
  private final List<String> columns;

  private ViewDefinition(ViewKind kind, int metricId, List<String> labels) {
    this.kind = kind;
    this.metricId = metricId;
    this.labels = labels;
    this.columns = Identifiers.columns(labels, kind.ownColumns());
  }

  /**
   * Returns the statement.
   *
   * @param packed whether the tier has packed samples
   */
  static String of(
      ViewKind kind, int metricId, String metric, List<String> labels, boolean packed) {
    ViewDefinition view = new ViewDefinition(kind, metricId, labels);
    StringBuilder sql = new StringBuilder("CREATE OR REPLACE VIEW ");
    sql.append(kind.schema()).append('.').append(Identifiers.quoted(Identifiers.fit(metric)));
    sql.append(" AS ").append(view.rows());
    if (packed && kind == ViewKind.VALUE) {
      if (labels.size() > MAX_LABELS_OF_RANGES) {
        sql.append(" UNION ALL ").append(view.packed(ALL_TIMES, "harvester.packed_sample"));
      } else {
        for (int range = 1; range <= RANGES; range++) {
          sql.append(" UNION ALL ")
              .append(
                  view.packed(
                      "harvester.packed_time_" + range, "harvester.packed_sample_" + range));
        }
      }
    }
    return sql.append(';').toString();
  }

  private String rows() {
    return "SELECT s.time, n.name AS node, "
        + kind.columns()
        + labels(i -> Identifiers.quoted(columns.get(i)))
        + " FROM harvester.series r"
        + (kind.isRollup() ? rolled() : stored());
  }

  private String stored() {
    return " JOIN harvester.node n ON n.node_id = r.node_id"
        + " JOIN "
        + kind.source()
        + " s ON s.series_id = r.series_id AND s.node_id = r.node_id"
        + " WHERE r.metric_id = "
        + metricId
        + " AND s."
        + ofMetric()
        + kind.isSample();
  }

  /**
   * Rollups, from the parts that have series of the metric. The planner knows nothing of the ids in
   * a part: of a range it would expect one row. So the range is two conditions.
   */
  private String rolled() {
    long first = SeriesId.first(metricId);
    long last = SeriesId.last(metricId);
    return " JOIN "
        + kind.source()
        + " s ON s.series_id = r.series_id JOIN harvester.node n ON n.node_id = s.node_id"
        + " WHERE r.metric_id = "
        + metricId
        + " AND s.first_series <= "
        + last
        + " AND s.last_series >= "
        + first
        + " AND s.series_id - "
        + first
        + " >= 0 AND "
        + last
        + " - s.series_id >= 0";
  }

  private String packed(String times, String samples) {
    StringBuilder sql = new StringBuilder("SELECT c.time, p.node, p.value[c.ord], p.series_id");
    for (int i = 0; i < labels.size(); i++) {
      sql.append(", p.l").append(i);
    }
    return sql.append(" FROM ")
        .append(times)
        .append(" c JOIN (SELECT n.name AS node, s.clock_id, s.series_id,")
        .append(" array_cat(s.value, '{}') AS value, clock_timestamp() AS barrier")
        .append(labels(i -> "l" + i)) // no label has the name of another column of the subquery
        .append(" FROM ")
        .append(samples)
        .append(" s JOIN harvester.node n ON n.node_id = s.node_id")
        .append(" LEFT JOIN harvester.series r ON r.series_id = s.series_id WHERE s.")
        .append(ofMetric())
        .append(") p ON p.clock_id = c.clock_id AND p.node = c.node")
        .append(" WHERE (p.value[c.ord] <> 'NaN'::float8")
        .append(" OR NOT harvester.is_stale(p.value[c.ord]))")
        .toString();
  }

  private String labels(IntFunction<String> name) {
    StringBuilder sql = new StringBuilder();
    for (int i = 0; i < labels.size(); i++) {
      sql.append(", r.labels ->> ")
          .append(Identifiers.literal(labels.get(i)))
          .append(" AS ")
          .append(name.apply(i));
    }
    return sql.toString();
  }

  private String ofMetric() {
    return "series_id BETWEEN " + SeriesId.first(metricId) + " AND " + SeriesId.last(metricId);
  }
}
