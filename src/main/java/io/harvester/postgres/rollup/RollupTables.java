// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The partitions of tables {@code rollup_1h} and {@code rollup_5m}. */
final class RollupTables {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'_'uuuuMMdd").withZone(ZoneOffset.UTC);

  private static final String PARTITIONS =
      """
      SELECT c.oid::regclass::text,
             substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \\(''(.+)''\\)')::timestamptz
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = ?::regclass ORDER BY 2
      """;

  private final String table;
  private final Duration span;

  /**
   * A table.
   *
   * @param span time span of its partitions
   */
  RollupTables(String table, Duration span) {
    this.table = "harvester." + table;
    this.span = span;
  }

  /** Creates the partitions for rows of these times, unless they exist. */
  void create(Connection connection, Instant first, Instant last) throws SQLException {
    long step = span.toMillis();
    for (long number = first.toEpochMilli() / step;
        number <= last.toEpochMilli() / step;
        number++) {
      Instant start = Instant.ofEpochMilli(number * step);
      String name = table + NAME.format(start);
      if (!exists(connection, name)) {
        create(connection, name, start, start.plus(span));
      }
    }
  }

  private static boolean exists(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private void create(Connection connection, String name, Instant start, Instant end)
      throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION)"
              .formatted(name, table));
      // Arrays are compressed from this size on, where they are stored.
      statement.execute("ALTER TABLE " + name + " SET (toast_tuple_target = 128)");
      statement.execute(
          "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
              .formatted(table, name, start, end));
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /**
   * Drops the partitions that ended at or before a limit. Those that are being read are left to the
   * next call.
   *
   * @return how many were dropped
   */
  int dropBefore(Connection connection, Instant limit) throws SQLException {
    int dropped = 0;
    for (String name : endedBefore(connection, limit)) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        LockTimeouts.SHORT.setLocal(connection);
        statement.execute("DROP TABLE IF EXISTS " + name);
        connection.commit();
        dropped++;
      } catch (SQLException e) {
        if (!SqlErrors.isLockTimeout(e)) {
          throw e;
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    return dropped;
  }

  private List<String> endedBefore(Connection connection, Instant limit) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(PARTITIONS)) {
      select.setString(1, table);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (!row.getTimestamp(2).toInstant().isAfter(limit)) {
            names.add(row.getString(1));
          }
        }
      }
    }
    return names;
  }
}
