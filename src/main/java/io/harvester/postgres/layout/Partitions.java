package io.harvester.postgres.layout;

import io.harvester.postgres.columnar.TimeWindows;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.storage.SampleBatch;
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
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/** The range partitions of one table: made ahead, on demand, and dropped when they are old. */
final class Partitions {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'_'uuuuMMdd'_'HHmm").withZone(ZoneOffset.UTC);

  /** One at a time over all processes, so that two never make the same partition. */
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtext('harvester.partitions'))";

  private static final String BOUNDS =
      """
      SELECT c.relname, b[1]::timestamptz, b[2]::timestamptz
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
             regexp_match(pg_get_expr(c.relpartbound, c.oid),
                          'FROM \\(''(.+)''\\) TO \\(''(.+)''\\)') b
       WHERE i.inhparent = ?::regclass
      """;

  private final Jdbc jdbc;
  private final String table;
  private final Duration chunk;
  private final TimeWindows known = new TimeWindows();

  Partitions(Jdbc jdbc, String table, Duration chunk) {
    this.jdbc = jdbc;
    this.table = "harvester." + table;
    this.chunk = chunk;
  }

  void prepare(SampleBatch rows) throws SQLException {
    make(known.missing(rows, chunk));
  }

  void prepare(LongStream times) throws SQLException {
    make(known.missing(times, chunk));
  }

  /** What is known of partitions may be out of date. */
  void forget() {
    known.clear();
  }

  void makeAhead(Instant now) throws SQLException {
    make(List.of(now.toEpochMilli(), now.plus(chunk).toEpochMilli()));
  }

  /**
   * Makes the partitions that those times need, on a connection of its own: the caller's
   * transaction holds no lock that attaching conflicts with (SHARE UPDATE EXCLUSIVE on the parent).
   */
  private synchronized void make(Iterable<Long> times) throws SQLException {
    if (!times.iterator().hasNext()) {
      return;
    }
    try (Connection connection = jdbc.open("harvester partition creation");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(LOCK);
      readKnown(connection);
      for (long time : times) {
        if (known.of(time) == null) {
          make(statement, known.fit(time, chunk));
          readKnown(connection);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      known.clear(); // what was just made is rolled back
      throw e;
    }
  }

  private void make(Statement statement, TimeWindows.Window window) throws SQLException {
    Instant start = Instant.ofEpochMilli(window.start());
    Instant end = Instant.ofEpochMilli(window.end());
    String name = table + NAME.format(start);
    statement.execute(
        "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
            .formatted(name, table));
    statement.execute(
        "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
            .formatted(table, name, start, end));
  }

  private void readKnown(Connection connection) throws SQLException {
    TreeMap<Long, Long> found = new TreeMap<>();
    bounds(connection, (name, window) -> found.put(window.start(), window.end()));
    known.replace(found);
  }

  synchronized int dropBefore(Connection connection, Instant limit) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> old = new ArrayList<>();
      bounds(
          connection,
          (name, window) -> {
            if (window.end() <= limit.toEpochMilli()) {
              old.add(name);
            }
          });
      for (String name : old) {
        // A reader of the partition must not hold up every writer behind our lock request.
        statement.execute("SET lock_timeout = '5s'");
        statement.execute("DROP TABLE IF EXISTS harvester." + name);
      }
      if (!old.isEmpty()) {
        known.clear();
      }
      return old.size();
    }
  }

  List<ChunkSpan> spans(Connection connection) throws SQLException {
    List<ChunkSpan> spans = new ArrayList<>();
    bounds(
        connection,
        (name, window) ->
            spans.add(
                new ChunkSpan(
                    table.substring(table.indexOf('.') + 1),
                    "harvester." + name,
                    Instant.ofEpochMilli(window.start()),
                    Instant.ofEpochMilli(window.end()))));
    return spans;
  }

  private void bounds(Connection connection, BiConsumer<String, TimeWindows.Window> visitor)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(BOUNDS)) {
      query.setString(1, table);
      try (ResultSet partition = query.executeQuery()) {
        while (partition.next()) {
          visitor.accept(
              partition.getString(1),
              new TimeWindows.Window(
                  partition.getTimestamp(2).getTime(), partition.getTimestamp(3).getTime()));
        }
      }
    }
  }
}
