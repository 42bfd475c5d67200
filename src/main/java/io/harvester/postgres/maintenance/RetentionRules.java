// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.maintenance;

import io.harvester.storage.Retention;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules in table {@code retention_rule} at one moment.
 *
 * @param retention how long samples are kept
 * @param metrics the metrics that have a rule, id to name
 * @param settled whether every process has read these rules and refuses the samples they expire
 */
record RetentionRules(Retention retention, Map<Integer, String> metrics, boolean settled) {
  /**
   * Each process reads the rules once a minute, so rules are settled five minutes after a change.
   */
  private static final String RULES =
      """
      SELECT n.name, m.metric_id, m.name, extract(epoch FROM r.period)::bigint,
             r.changed_at > now() - interval '5 minutes'
        FROM harvester.retention_rule r
             LEFT JOIN harvester.node n USING (node_id)
             LEFT JOIN harvester.metric m USING (metric_id)
      """;

  /**
   * Reads the rules.
   *
   * @param standard how long samples without a rule are kept; zero: forever
   */
  static RetentionRules read(Connection connection, Duration standard) throws SQLException {
    Map<String, Duration> byNode = new HashMap<>();
    Map<String, Duration> byMetric = new HashMap<>();
    Map<Integer, String> metrics = new HashMap<>();
    boolean settled = true;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(RULES)) {
      while (row.next()) {
        Duration keep = Duration.ofSeconds(row.getLong(4));
        if (row.getString(1) != null) {
          byNode.put(row.getString(1), keep);
        } else {
          metrics.put(row.getInt(2), row.getString(3));
          byMetric.put(row.getString(3), keep);
        }
        settled &= !row.getBoolean(5);
      }
    }
    return new RetentionRules(
        new Retention(standard, Map.copyOf(byNode), Map.copyOf(byMetric)), metrics, settled);
  }
}
