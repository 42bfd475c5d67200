// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Properties;

/**
 * What is in a database that was restored.
 *
 * @param nodes number of nodes
 * @param series number of series
 * @param lastSample time of the newest sample; null: there is none
 * @param lastWrite when an aggregator wrote last; null: never
 */
public record RestoredDatabase(long nodes, long series, Instant lastSample, Instant lastWrite) {
  private static final String CATALOG = "SELECT to_regclass('harvester.node') IS NOT NULL";

  private static final String CONTENT =
      """
      SELECT count(*), (SELECT count(*) FROM harvester.series), max(newest_sample_time),
             max(last_write_at)
        FROM harvester.node
      """;

  /** Starts PostgreSQL, which recovers, looks at the content, and stops it. */
  static RestoredDatabase recover(Path dataDir, String user) throws EmbeddedPostgresException {
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.start(dataDir, new EmbeddedPostgres.Options(0, true, user));
        Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      if (!hasCatalog(statement)) {
        return new RestoredDatabase(0, 0, null, null);
      }
      try (ResultSet row = statement.executeQuery(CONTENT)) {
        row.next();
        return new RestoredDatabase(row.getLong(1), row.getLong(2), time(row, 3), time(row, 4));
      }
    } catch (SQLException e) {
      throw new EmbeddedPostgresException("the restored database cannot be read", e);
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    String url = postgres.url(); // postgresql://harvester:PASSWORD@127.0.0.1:PORT/harvester
    Properties login = new Properties();
    login.setProperty("user", EmbeddedPostgres.NAME);
    login.setProperty("password", url.replaceFirst(".*//[^:]+:([^@]*)@.*", "$1"));
    login.setProperty("ApplicationName", "harvester restore");
    return DriverManager.getConnection("jdbc:postgresql://" + url.replaceFirst(".*@", ""), login);
  }

  private static boolean hasCatalog(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(CATALOG)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static Instant time(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
