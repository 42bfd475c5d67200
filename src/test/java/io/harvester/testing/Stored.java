// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what the aggregator stored. */
public final class Stored {
  private Stored() {}

  /** Number of samples. */
  public static long rows(TestDatabase db) throws SQLException {
    return (long) db.value("SELECT count(*) FROM harvester.sample");
  }

  /** Number of duplicate samples; it must be 0. */
  public static long duplicates(TestDatabase db) throws SQLException {
    return (long)
        db.value("SELECT count(*) - count(DISTINCT (series_id, time)) FROM harvester.sample");
  }

  /** Every sample as {@code node metric {labels} ms bits}, sorted. */
  public static List<String> samples(TestDatabase db) throws SQLException {
    return samples(db, "true");
  }

  /**
   * The same of the samples {@code s} of series {@code r} of node {@code n} and metric {@code m}.
   */
  public static List<String> samples(TestDatabase db, String condition) throws SQLException {
    return db
        .query(
            """
            SELECT n.name || ' ' || m.name || ' ' || r.labels::text || ' '
                   || (extract(epoch FROM s.time) * 1000)::bigint || ' '
                   || encode(float8send(s.value), 'hex')
              FROM harvester.sample s
              JOIN harvester.series r ON r.series_id = s.series_id
              JOIN harvester.node n ON n.node_id = s.node_id AND n.node_id = r.node_id
              JOIN harvester.metric m ON m.metric_id = r.metric_id
             WHERE %s
            """
                .formatted(condition))
        .stream()
        .map(row -> (String) row.get(0))
        .sorted()
        .toList();
  }

  /** A sample in the form of {@link #samples}. */
  public static String sample(String node, String metric, String labels, long time, long bits) {
    return "%s %s %s %d %016x".formatted(node, metric, labels, time, bits);
  }

  /** Value bits by {@code n@ms}: the label {@code n}, with which tests number series, and time. */
  public static Map<String, Long> byNumberAndTime(TestDatabase db) throws SQLException {
    Map<String, Long> found = new TreeMap<>();
    for (List<Object> row :
        db.query(
            """
            SELECT r.labels ->> 'n' || '@' || (extract(epoch FROM s.time) * 1000)::bigint,
                   ('x' || encode(float8send(s.value), 'hex'))::bit(64)::bigint
              FROM harvester.sample s JOIN harvester.series r USING (series_id)
            """)) {
      found.put((String) row.get(0), (Long) row.get(1));
    }
    return found;
  }
}
