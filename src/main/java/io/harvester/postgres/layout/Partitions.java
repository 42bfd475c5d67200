// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.columnar.TimeWindows;
import io.harvester.postgres.packed.RowChunks.RowChunk;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.LockTimeouts;
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

/** The range partitions of one table: created ahead and on demand, dropped when they expire. */
final class Partitions implements LayoutChunks.Table {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'_'uuuuMMdd'_'HHmm").withZone(ZoneOffset.UTC);

  private static final Duration DAY = Duration.ofDays(1);

  /** No partition of a whole day may be in the way of those of the current hours. */
  private static final Duration PAST = Duration.ofDays(2);

  /** Serializes creation over all processes, so that no partition is created twice. */
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

  /**
   * The partitions of a table.
   *
   * @param table its name, without schema
   * @param chunk time span of a partition that is created from now on
   */
  Partitions(Jdbc jdbc, String table, Duration chunk) {
    this.jdbc = jdbc;
    this.table = "harvester." + table;
    this.chunk = chunk;
  }

  /** Creates the partitions that rows need. */
  void createFor(SampleBatch rows) throws SQLException {
    create(known.missing(rows, chunk));
  }

  @Override
  public boolean has(long time) {
    return known.of(time) != null;
  }

  @Override
  public void create(long[] times) throws SQLException {
    createFor(LongStream.of(times));
  }

  /** Creates the partitions of some times (ms since the epoch). */
  void createFor(LongStream times) throws SQLException {
    create(known.missing(times, chunk));
  }

  /** Drops what is known of partitions; it is read again when needed. */
  void forget() {
    known.clear();
  }

  /** Creates the partition of now and that of one interval later. */
  void createAhead(Instant now) throws SQLException {
    create(List.of(now.toEpochMilli(), now.plus(chunk).toEpochMilli()));
  }

  /**
   * Creates partitions on a connection of its own. Attaching takes SHARE UPDATE EXCLUSIVE on the
   * parent, which conflicts with no lock that the caller's transaction holds.
   */
  private void create(Iterable<Long> times) throws SQLException {
    if (times.iterator().hasNext()) { // nearly never: writers must not wait for another's creation
      createMissing(times);
    }
  }

  private synchronized void createMissing(Iterable<Long> times) throws SQLException {
    try (Connection connection = jdbc.open("harvester partition creation");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(LOCK);
      readKnown(connection);
      for (long time : times) {
        if (known.of(time) == null) {
          TimeWindows.Window window = known.fit(time, interval(time));
          create(statement, window);
          known.add(window);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      known.clear(); // partitions created in this transaction are rolled back
      throw e;
    }
  }

  /**
   * The time span of a new partition. Samples of the past that fill a gap get a partition of a day,
   * or of up to a sixteenth of their age: each partition costs every query some planning until it
   * is packed, and each that is attached makes the next one slower.
   */
  private Duration interval(long time) {
    long age = System.currentTimeMillis() - time;
    if (age < PAST.toMillis()) {
      return chunk;
    }
    long days = Long.highestOneBit(Math.max(1, age / DAY.toMillis() / 16));
    Duration past = DAY.multipliedBy(days);
    return chunk.compareTo(past) < 0 ? past : chunk;
  }

  private void create(Statement statement, TimeWindows.Window window) throws SQLException {
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

  /**
   * Drops the partitions that ended at or before a limit.
   *
   * @return how many were dropped
   */
  synchronized int dropBefore(Connection connection, Instant limit) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> expired = new ArrayList<>();
      bounds(
          connection,
          (name, window) -> {
            if (window.end() <= limit.toEpochMilli()) {
              expired.add(name);
            }
          });
      if (expired.isEmpty()) {
        return 0;
      }
      LockTimeouts.LONG.set(connection); // DROP locks the parent, too: writers queue behind it
      for (String name : expired) {
        statement.execute("DROP TABLE IF EXISTS harvester." + name);
      }
      known.clear();
      return expired.size();
    }
  }

  /**
   * Drops a partition if it has no rows. Writers of the partition wait while it is looked through.
   * The drop also locks the table: if it is not granted at once, the next call tries again.
   */
  synchronized boolean dropIfEmpty(Connection connection, RowChunk partition) throws SQLException {
    boolean dropped =
        EmptyChunk.drop(
            connection,
            partition.name(),
            () -> {
              try (Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE " + partition.name());
              }
            });
    if (dropped) {
      known.clear();
    }
    return dropped;
  }

  /** All partitions of the table. */
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
