package io.harvester.store;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntToLongFunction;

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

  /** Start to end of every partition known to exist, ms. */
  private final ConcurrentSkipListMap<Long, Long> known = new ConcurrentSkipListMap<>();

  Partitions(Jdbc jdbc, String table, Duration chunk) {
    this.jdbc = jdbc;
    this.table = table;
    this.chunk = chunk;
  }

  /** Sees to it that each of these times has a partition. */
  void prepare(long count, IntToLongFunction time) throws SQLException {
    TreeMap<Long, Long> missing = new TreeMap<>();
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (int row = 0; row < count; row++) {
      long at = time.applyAsLong(row);
      if (at >= start && at < end) {
        continue;
      }
      Map.Entry<Long, Long> partition = known.floorEntry(at);
      if (partition != null && at < partition.getValue()) {
        start = partition.getKey();
        end = partition.getValue();
      } else {
        missing.put(windowStart(at), at);
      }
    }
    if (!missing.isEmpty()) {
      make(missing.values());
    }
  }

  void makeAhead(Instant now) throws SQLException {
    make(List.of(now.toEpochMilli(), now.plus(chunk).toEpochMilli()));
  }

  private long windowStart(long time) {
    return Math.floorDiv(time, chunk.toMillis()) * chunk.toMillis();
  }

  /**
   * Makes the partitions that those times need, on a connection of its own: the caller's
   * transaction holds no lock that attaching conflicts with (SHARE UPDATE EXCLUSIVE on the parent).
   */
  private synchronized void make(Iterable<Long> times) throws SQLException {
    try (Connection connection = jdbc.open("harvester partitions");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(LOCK);
      readKnown(connection);
      for (long time : times) {
        Map.Entry<Long, Long> partition = known.floorEntry(time);
        if (partition == null || time >= partition.getValue()) {
          make(statement, time);
          readKnown(connection);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      known.clear(); // what was just made is rolled back
      throw e;
    }
  }

  private void make(Statement statement, long time) throws SQLException {
    // Another chunk interval may have been set before: fit in between what is there.
    long start = windowStart(time);
    long end = start + chunk.toMillis();
    Map.Entry<Long, Long> before = known.floorEntry(time);
    Long after = known.ceilingKey(time);
    start = before == null ? start : Math.max(start, before.getValue());
    end = after == null ? end : Math.min(end, after);
    String name = "harvester." + table + NAME.format(Instant.ofEpochMilli(start));
    statement.execute(
        "CREATE TABLE "
            + name
            + " (LIKE harvester."
            + table
            + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
    statement.execute(
        "ALTER TABLE harvester."
            + table
            + " ATTACH PARTITION "
            + name
            + " FOR VALUES FROM ('"
            + Instant.ofEpochMilli(start)
            + "') TO ('"
            + Instant.ofEpochMilli(end)
            + "')");
  }

  private void readKnown(Connection connection) throws SQLException {
    Map<Long, Long> found = new TreeMap<>();
    bounds(connection, (name, start, end) -> found.put(start, end));
    known.keySet().retainAll(found.keySet());
    known.putAll(found);
  }

  synchronized int dropBefore(Instant limit) throws SQLException {
    try (Connection connection = jdbc.open("harvester care");
        Statement statement = connection.createStatement()) {
      List<String> old = new ArrayList<>();
      bounds(
          connection,
          (name, start, end) -> {
            if (end <= limit.toEpochMilli()) {
              old.add(name);
            }
          });
      for (String name : old) {
        // A reader of the partition must not hold up every writer behind our lock request.
        statement.execute("SET lock_timeout = '5s'");
        statement.execute("DROP TABLE harvester." + name);
      }
      if (!old.isEmpty()) {
        known.clear();
      }
      return old.size();
    }
  }

  private void bounds(Connection connection, Visitor visitor) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(BOUNDS)) {
      query.setString(1, "harvester." + table);
      try (ResultSet partition = query.executeQuery()) {
        while (partition.next()) {
          visitor.partition(
              partition.getString(1),
              partition.getTimestamp(2).getTime(),
              partition.getTimestamp(3).getTime());
        }
      }
    }
  }

  /** Receives partitions: name, and start and end in ms since the epoch. */
  @FunctionalInterface
  private interface Visitor {
    void partition(String name, long start, long end);
  }
}
