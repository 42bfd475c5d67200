package io.harvester.postgres.maintenance;

import io.harvester.postgres.layout.ChunkSpan;
import io.harvester.postgres.layout.Expired;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.MaintenanceLock;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.series.Fingerprint;
import io.harvester.storage.Retention;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is older than it is kept: whole chunks are dropped once nothing in them is kept by any
 * rule; from those that are kept for some, the rest is deleted. By then every process refuses such
 * samples, so that none is stored after its like was deleted. One process at a time, and not while
 * chunks are maintained.
 */
public final class RetentionJob {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionJob.class);

  /** What was taken in just before it became too old is committed by then. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final Jdbc jdbc;
  private final StorageLayout layout;
  private final Duration standard;
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong deleted = new AtomicLong();
  private volatile Consumer<Retention> listener = retention -> {};

  public RetentionJob(Jdbc jdbc, StorageLayout layout, Duration standard) {
    this.jdbc = jdbc;
    this.layout = layout;
    this.standard = standard;
  }

  /** Tells the rules to whoever refuses samples; at each round, so that changes arrive. */
  public void onRules(Consumer<Retention> refuser) {
    listener = refuser;
  }

  /** Chunks dropped by this process. */
  public long droppedChunks() {
    return dropped.get();
  }

  /** Rows deleted from chunks by this process. */
  public long deletedRows() {
    return deleted.get();
  }

  public void round(Instant now) throws SQLException {
    try (Connection connection = jdbc.open("harvester retention")) {
      RetentionRules rules = RetentionRules.read(connection, standard);
      listener.accept(rules.retention());
      if (rules.settled() && MaintenanceLock.tryAcquire(connection)) {
        // A chunk of rows may take long to delete; it is bounded by the size of a chunk.
        connection.setNetworkTimeout(Runnable::run, 0);
        drop(connection, rules.retention().longest(), now);
        if (!rules.retention().shortest().equals(rules.retention().longest())) {
          delete(connection, rules, now.minus(MARGIN));
        }
      }
    }
  }

  private void drop(Connection connection, Duration longest, Instant now) throws SQLException {
    if (!longest.isZero()) {
      int chunks = layout.dropBefore(connection, now.minus(longest));
      if (chunks > 0) {
        dropped.addAndGet(chunks);
        LOG.info("retention: {} chunks older than {} dropped", chunks, longest);
      }
    }
  }

  private void delete(Connection connection, RetentionRules rules, Instant before)
      throws SQLException {
    Map<Integer, String> nodes = nodes(connection);
    Map<String, UUID> done = done(connection);
    for (ChunkSpan span : layout.spans(connection)) {
      Duration age = Duration.between(span.end(), before);
      List<Expired> expired = Expired.of(rules.retention(), age, nodes, rules.metrics());
      String summary = Expired.summary(rules.retention(), age, rules.metrics());
      UUID state = new Fingerprint().add(summary).toUuid();
      if (!expired.isEmpty() && !state.equals(done.get(span.name()))) {
        delete(connection, span, expired);
        note(connection, span, state);
      }
    }
  }

  private void delete(Connection connection, ChunkSpan span, List<Expired> expired)
      throws SQLException {
    Instant started = Instant.now();
    long rows = 0;
    int nodes = 0;
    LockTimeouts.LONG.set(connection);
    for (Expired part : expired) {
      rows += layout.delete(connection, span, part);
      nodes += part.nodes().size();
    }
    deleted.addAndGet(rows);
    String note = rows + " rows of " + nodes + " nodes deleted";
    LOG.info("retention: {} in {}", note, span.name());
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO harvester.chunk_maintenance (chunk, step, started_at, note)"
                + " VALUES (?, 'delete_expired', ?, ?)")) {
      insert.setString(1, span.name());
      insert.setObject(2, PgTimestamps.utc(started));
      insert.setString(3, note);
      insert.executeUpdate();
    }
  }

  private static void note(Connection connection, ChunkSpan span, UUID state) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO harvester.retention_applied (chunk, rules_fingerprint) VALUES (?, ?)"
                + " ON CONFLICT (chunk) DO UPDATE SET rules_fingerprint = excluded.rules_fingerprint, applied_at = now()")) {
      upsert.setString(1, span.name());
      upsert.setObject(2, state);
      upsert.executeUpdate();
    }
  }

  private static Map<Integer, String> nodes(Connection connection) throws SQLException {
    Map<Integer, String> nodes = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT node_id, name FROM harvester.node")) {
      while (row.next()) {
        nodes.put(row.getInt(1), row.getString(2));
      }
    }
    return nodes;
  }

  private static Map<String, UUID> done(Connection connection) throws SQLException {
    Map<String, UUID> done = new HashMap<>();
    try (Statement statement = connection.createStatement()) {
      // to_regclass: names of chunks are not used again.
      statement.executeUpdate(
          "DELETE FROM harvester.retention_applied WHERE to_regclass(chunk) IS NULL");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT chunk, rules_fingerprint FROM harvester.retention_applied")) {
        while (row.next()) {
          done.put(row.getString(1), row.getObject(2, UUID.class));
        }
      }
    }
    return done;
  }
}
