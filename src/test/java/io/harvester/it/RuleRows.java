// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

/**
 * What of a node is in the database, read back: {@code m{labels} time value} for a sample, with the
 * time as ms from {@link WriteRules#T} on and the value as the database prints it, or as its bits
 * where that tells less; {@code histogram …}, {@code exemplar …}, {@code start …}, {@code conflict
 * …} likewise.
 */
final class RuleRows {
  private static final String QUERY =
      """
      WITH s AS (SELECT series_id, m.name || r.labels::text || ' ' AS series
                   FROM harvester.series r JOIN harvester.metric m USING (metric_id)
                   JOIN harvester.node n USING (node_id) WHERE n.name = '%1$s'),
           rows AS (
        SELECT series || %2$s || ' ' || CASE WHEN value::text IN ('NaN', '-0')
                                      THEN encode(float8send(value), 'hex') ELSE value::text END
          FROM harvester.sample JOIN s USING (series_id)
         UNION ALL
        SELECT 'histogram ' || series || %2$s || ' schema ' || schema || ' count '
               || coalesce(count_int::text, count_float::text || 'f') || ' buckets '
               || coalesce(negative_counts_int::text, negative_counts_float::text)
               || coalesce(positive_counts_int::text, positive_counts_float::text)
          FROM harvester.native_histogram JOIN s USING (series_id)
         UNION ALL
        SELECT 'exemplar ' || series || %2$s || ' ' || value || ' ' || labels::text
          FROM harvester.exemplar JOIN s USING (series_id)
         UNION ALL
        SELECT 'start ' || series || %3$s
          FROM harvester.series_start JOIN s USING (series_id)
         UNION ALL
        SELECT 'conflict ' || series || %2$s || ' ' || stored_value || ' ' || rejected_value
          FROM harvester.sample_conflict JOIN s USING (series_id))
      SELECT * FROM rows ORDER BY 1
      """;

  private RuleRows() {}

  static List<String> of(TestDatabase db, String node) throws SQLException {
    return db.query(QUERY.formatted(node, offset("time"), offset("start_time"))).stream()
        .map(row -> (String) row.get(0))
        .toList();
  }

  private static String offset(String column) {
    return "((extract(epoch FROM " + column + ") * 1000)::bigint - " + WriteRules.T + ")";
  }
}
