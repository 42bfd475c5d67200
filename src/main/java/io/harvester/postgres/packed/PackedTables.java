// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import io.harvester.postgres.columnar.TimeWindows;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.PgTimestamps;
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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The partitions of tables {@code packed_time} and {@code packed_sample}, which come in pairs, and
 * the views that divide them into ranges of time.
 */
public final class PackedTables {
  /** Partitions per retention: each costs every query some planning. */
  private static final int PARTITIONS = 16;

  private static final int MAX_DAYS = 30;

  /** How many days before today the ranges begin; a query of the last hour unpacks the first. */
  private static final int[] RANGES_FROM = {1, 3, 9, 40};

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'_'uuuuMMdd").withZone(ZoneOffset.UTC);

  private static final String BOUNDS =
      """
      SELECT substr(c.relname, length('packed_time') + 1), b[1]::timestamptz, b[2]::timestamptz
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
             regexp_match(pg_get_expr(c.relpartbound, c.oid),
                          'FROM \\(''(.+)''\\) TO \\(''(.+)''\\)') b
       WHERE i.inhparent = 'harvester.packed_time'::regclass ORDER BY 2
      """;

  private final Duration span;
  private Instant rangesOf = Instant.MIN;

  /**
   * A pair of partitions.
   *
   * @param suffix what follows {@code packed_time} and {@code packed_sample} in their names
   */
  record Pair(String suffix, Instant start, Instant end) {}

  /**
   * The tables of one database.
   *
   * @param retention how long samples are kept; zero: forever
   */
  public PackedTables(Duration retention) {
    long days = (retention.toDays() + PARTITIONS - 1) / PARTITIONS;
    span = Duration.ofDays(retention.isZero() ? MAX_DAYS : Math.max(1, Math.min(days, MAX_DAYS)));
  }

  /** The partitions of packed samples, by start. */
  public List<RowChunks.RowChunk> list(Connection connection) throws SQLException {
    return pairs(connection).stream()
        .map(pair -> new RowChunks.RowChunk(sample(pair), pair.start(), pair.end()))
        .toList();
  }

  private static String sample(Pair pair) {
    return "harvester.packed_sample" + pair.suffix();
  }

  private static String time(Pair pair) {
    return "harvester.packed_time" + pair.suffix();
  }

  static List<Pair> pairs(Connection connection) throws SQLException {
    List<Pair> pairs = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(BOUNDS)) {
      while (row.next()) {
        pairs.add(
            new Pair(
                row.getString(1),
                row.getTimestamp(2).toInstant(),
                row.getTimestamp(3).toInstant()));
      }
    }
    return pairs;
  }

  /** Creates the partitions of a time, ms since the epoch, unless they exist. */
  Pair create(Connection connection, long time) throws SQLException {
    TreeMap<Long, Long> known = new TreeMap<>();
    for (Pair pair : pairs(connection)) {
      known.put(pair.start().toEpochMilli(), pair.end().toEpochMilli());
      if (pair.start().toEpochMilli() <= time && time < pair.end().toEpochMilli()) {
        return pair;
      }
    }
    TimeWindows windows = new TimeWindows();
    windows.replace(known);
    TimeWindows.Window window = windows.fit(time, span);
    Instant start = Instant.ofEpochMilli(window.start());
    Pair pair = new Pair(NAME.format(start), start, Instant.ofEpochMilli(window.end()));
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      create(statement, "packed_time", time(pair), "'" + start + "'", "'" + pair.end() + "'");
      create(
          statement,
          "packed_sample",
          sample(pair),
          Long.toString(Clock.firstId(Clock.hour(window.start()))),
          Long.toString(Clock.firstId(Clock.hour(window.end()))));
      // Compressed from this size on, where it is stored.
      statement.execute("ALTER TABLE " + sample(pair) + " SET (toast_tuple_target = 128)");
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return pair;
  }

  private static void create(
      Statement statement, String table, String partition, String from, String to)
      throws SQLException {
    statement.execute(
        ("CREATE TABLE %s (LIKE harvester.%s INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
                + " INCLUDING STORAGE INCLUDING COMPRESSION)")
            .formatted(partition, table));
    statement.execute(
        "ALTER TABLE harvester.%s ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%s)"
            .formatted(table, partition, from, to));
  }

  /** Brings statistics up to date, without which the planner joins row by row. */
  static void analyze(Connection connection, Pair pair) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT brin_summarize_new_values(indexrelid) FROM pg_index i JOIN pg_class c"
              + " ON c.oid = indexrelid JOIN pg_am a ON a.oid = c.relam AND a.amname = 'brin'"
              + " WHERE indrelid = '"
              + time(pair)
              + "'::regclass");
      statement.execute("ANALYZE " + time(pair) + ", " + sample(pair));
    }
  }

  /**
   * Moves the ranges of the views once a day, and renews the statistics of the tables as a whole.
   * Queries that use the views wait meanwhile, or make this wait: then the next call tries again.
   */
  void moveRanges(Connection connection, Instant now) throws SQLException {
    Instant today = now.truncatedTo(ChronoUnit.DAYS);
    if (today.equals(rangesOf)) {
      return;
    }
    connection.setAutoCommit(false);
    try (PreparedStatement set =
        connection.prepareStatement("SELECT harvester.set_packed_ranges(?::timestamptz[])")) {
      LockTimeouts.SHORT.setLocal(connection);
      set.setArray(
          1,
          connection.createArrayOf(
              "text",
              IntStream.of(RANGES_FROM)
                  .mapToObj(days -> today.minus(Duration.ofDays(days)).toString())
                  .toArray()));
      set.execute();
      connection.commit();
      rangesOf = today;
    } catch (SQLException e) {
      if (!SqlErrors.isLockTimeout(e)) {
        throw e;
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    if (today.equals(rangesOf)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("ANALYZE harvester.packed_time, harvester.packed_sample");
      }
    }
  }

  /**
   * Drops the partitions that ended at or before a limit. Those that are being read are left to the
   * next call.
   *
   * @return how many pairs were dropped
   */
  public int dropBefore(Connection connection, Instant limit) throws SQLException {
    int dropped = 0;
    for (Pair pair : pairs(connection)) {
      if (!pair.end().isAfter(limit)) {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
          LockTimeouts.SHORT.setLocal(connection);
          statement.execute("DROP TABLE IF EXISTS " + time(pair));
          statement.execute("DROP TABLE IF EXISTS " + sample(pair));
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
    }
    return dropped;
  }

  /** Deletes times of some nodes that no packed sample refers to any more. */
  public static void deleteUnusedTimes(
      Connection connection, Instant from, Instant to, Integer... nodes) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            DELETE FROM harvester.packed_time c
             WHERE c.node_id = ANY (?) AND c.time >= ? AND c.time < ?
               AND c.clock_id NOT IN (
                   SELECT p.clock_id FROM harvester.packed_sample p
                    WHERE p.node_id = ANY (?)
                      AND p.clock_id >= harvester.packed_hour(?)
                      AND p.clock_id < harvester.packed_hour(?))
            """)) {
      delete.setArray(1, connection.createArrayOf("int4", nodes));
      delete.setObject(2, PgTimestamps.utc(from));
      delete.setObject(3, PgTimestamps.utc(to));
      delete.setArray(4, connection.createArrayOf("int4", nodes));
      delete.setObject(5, PgTimestamps.utc(from));
      delete.setObject(6, PgTimestamps.utc(to));
      delete.executeUpdate();
    }
  }
}
