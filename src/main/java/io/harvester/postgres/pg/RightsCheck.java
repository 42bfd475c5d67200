// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether a role has the rights that docs/database.md lists: it owns Harvester's schemas
 * and what is in them, or is a member of the role that does, or may create them.
 */
public final class RightsCheck {
  /** All schemas that migrations create objects in. */
  static final List<String> SCHEMAS =
      List.of(
          Jdbc.SCHEMA,
          "metric",
          "metric_histogram",
          "metric_exemplar",
          "metric_5m",
          "metric_1h",
          "prom",
          "fleet");

  private static final String MISSING_SCHEMAS =
      """
      SELECT string_agg(format('CREATE SCHEMA %I AUTHORIZATION %I', s.name, current_user), '; '),
             current_user, current_database()
        FROM unnest($1::text[]) s (name)
       WHERE to_regnamespace(s.name) IS NULL
         AND NOT has_database_privilege(current_database(), 'CREATE')
      HAVING count(*) > 0
      """;

  private static final String FOREIGN_SCHEMAS =
      """
      SELECT nspname, pg_get_userbyid(nspowner), session_user
        FROM pg_namespace
       WHERE nspname = ANY ($1::text[]) AND NOT pg_has_role(nspowner, 'USAGE')
       ORDER BY nspname LIMIT 1
      """;

  private static final String FOREIGN_RELATIONS =
      """
      SELECT min(format('%I.%I', n.nspname, c.relname)), pg_get_userbyid(c.relowner), current_user, count(*)::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'S')
         AND NOT pg_has_role(c.relowner, 'USAGE')
       GROUP BY c.relowner LIMIT 1
      """;

  private RightsCheck() {}

  /** The right that the session's role lacks, and how to grant it; empty: it has all. */
  public static Optional<String> problem(Connection connection) throws SQLException {
    Optional<String> problem =
        find(
            connection,
            MISSING_SCHEMAS,
            "role %2$s may not create schemas in database %3$s: GRANT CREATE ON DATABASE %3$s TO"
                + " %2$s, or as a superuser: %1$s");
    if (problem.isEmpty()) {
      problem =
          find(
              connection,
              FOREIGN_SCHEMAS,
              "schema %1$s belongs to role %2$s: connect as %2$s, or GRANT %2$s TO %3$s");
    }
    if (problem.isEmpty()) {
      problem =
          find(
              connection,
              FOREIGN_RELATIONS,
              "%4$s objects such as %1$s belong to role %2$s: run REASSIGN OWNED BY %2$s"
                  + " TO %3$s, or ALTER TABLE … OWNER TO %3$s for each");
    }
    return problem;
  }

  private static Optional<String> find(Connection connection, String query, String sentence)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query.replace("$1", "?"))) {
      statement.setArray(1, connection.createArrayOf("text", SCHEMAS.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        Object[] values = new Object[row.getMetaData().getColumnCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = row.getString(i + 1);
        }
        return Optional.of(sentence.formatted(values));
      }
    }
  }
}
