package io.harvester.store;

import io.harvester.ingest.SampleStore.StoredSamples;
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

  private final TimeWindows known = new TimeWindows();

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
  public StoredSamples storedSamples(Connection connection) {
    return new IndexedSamplesQuery(connection);
  }

  @Override
  public RowSender sender() {
    return (rows, copy) -> {
      make(known.missing(rows, chunk));
      copy.all(rows);
    };
  }

  @Override
  public void forget() {
    known.clear();
  }

  @Override
  public void makeAhead(Instant now) throws SQLException {
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
    try (Connection connection = jdbc.open("harvester partitions");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(LOCK);
      readKnown(statement);
      for (long time : times) {
        if (known.of(time) == null) {
          make(statement, known.fit(time, chunk));
          readKnown(statement);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      known.clear(); // what was just made is rolled back
      throw e;
    }
  }

  private static void make(Statement statement, TimeWindows.Window window) throws SQLException {
    String name = NAME.format(Instant.ofEpochMilli(window.start()));
    statement.execute(
        "CREATE TABLE harvester." + name + " (LIKE harvester.sample INCLUDING DEFAULTS)");
    statement.execute(
        "ALTER TABLE harvester.sample ATTACH PARTITION harvester."
            + name
            + " FOR VALUES FROM ('"
            + Instant.ofEpochMilli(window.start())
            + "') TO ('"
            + Instant.ofEpochMilli(window.end())
            + "')");
  }

  private void readKnown(Statement statement) throws SQLException {
    TreeMap<Long, Long> found = new TreeMap<>();
    try (ResultSet partitions = statement.executeQuery(BOUNDS)) {
      while (partitions.next()) {
        found.put(partitions.getTimestamp(2).getTime(), partitions.getTimestamp(3).getTime());
      }
    }
    known.replace(found);
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

  @Override
  public void careForClosed(Instant now) {
    // nothing: a partition stays as it was written
  }
}
