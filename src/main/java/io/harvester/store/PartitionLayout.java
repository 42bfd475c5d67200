package io.harvester.store;

import io.harvester.ingest.Rows;
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

/** Plain PostgreSQL: range partitions by time, made ahead, on demand, and dropped by us. */
final class PartitionLayout implements Layout {
  static final Duration DEFAULT_CHUNK = Duration.ofDays(1);

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'sample_'uuuuMMdd'_'HHmm").withZone(ZoneOffset.UTC);

  /** One at a time over all processes, so that two never make the same partition. */
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtext('harvester.partitions'))";

  private static final String BOUNDS =
      """
      SELECT c.relname, b[1]::timestamptz, b[2]::timestamptz
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
             regexp_match(pg_get_expr(c.relpartbound, c.oid),
                          'FROM \\(''(.+)''\\) TO \\(''(.+)''\\)') b
       WHERE i.inhparent = 'harvester.sample'::regclass
      """;

  private final Jdbc jdbc;
  private final Duration chunk;

  /** Start to end of every partition known to exist, ms. */
  private final ConcurrentSkipListMap<Long, Long> known = new ConcurrentSkipListMap<>();

  PartitionLayout(Jdbc jdbc, Duration chunk) {
    this.jdbc = jdbc;
    this.chunk = chunk;
  }

  @Override
  public Tier tier() {
    return Tier.POSTGRES;
  }

  @Override
  public Duration chunkInterval() {
    return chunk;
  }

  @Override
  public void configureWriter(Connection connection) {
    // nothing: rows are routed by the server
  }

  @Override
  public void prepare(Rows rows) throws SQLException {
    TreeMap<Long, Long> missing = new TreeMap<>();
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (int row = 0; row < rows.count(); row++) {
      long time = rows.time(row);
      if (time >= start && time < end) {
        continue;
      }
      Map.Entry<Long, Long> partition = known.floorEntry(time);
      if (partition != null && time < partition.getValue()) {
        start = partition.getKey();
        end = partition.getValue();
      } else {
        missing.put(windowStart(time), time);
      }
    }
    if (!missing.isEmpty()) {
      make(missing.values());
    }
  }

  @Override
  public void forget() {
    known.clear();
  }

  @Override
  public void makeAhead(Instant now) throws SQLException {
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
      readKnown(statement);
      for (long time : times) {
        Map.Entry<Long, Long> partition = known.floorEntry(time);
        if (partition == null || time >= partition.getValue()) {
          make(statement, time);
          readKnown(statement);
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
    String name = NAME.format(Instant.ofEpochMilli(start));
    statement.execute(
        "CREATE TABLE harvester." + name + " (LIKE harvester.sample INCLUDING DEFAULTS)");
    statement.execute(
        "ALTER TABLE harvester.sample ATTACH PARTITION harvester."
            + name
            + " FOR VALUES FROM ('"
            + Instant.ofEpochMilli(start)
            + "') TO ('"
            + Instant.ofEpochMilli(end)
            + "')");
  }

  private void readKnown(Statement statement) throws SQLException {
    Map<Long, Long> found = new TreeMap<>();
    try (ResultSet partitions = statement.executeQuery(BOUNDS)) {
      while (partitions.next()) {
        found.put(partitions.getTimestamp(2).getTime(), partitions.getTimestamp(3).getTime());
      }
    }
    known.keySet().retainAll(found.keySet());
    known.putAll(found);
  }

  @Override
  public synchronized int dropBefore(Instant limit) throws SQLException {
    try (Connection connection = jdbc.open("harvester care");
        Statement statement = connection.createStatement();
        PreparedStatement bounds = connection.prepareStatement(BOUNDS)) {
      List<String> old = new ArrayList<>();
      try (ResultSet partitions = bounds.executeQuery()) {
        while (partitions.next()) {
          if (!partitions.getTimestamp(3).toInstant().isAfter(limit)) {
            old.add(partitions.getString(1));
          }
        }
      }
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
}
