// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.maintenance;

import io.harvester.postgres.layout.ChunkSpan;
import io.harvester.postgres.layout.Expired;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.MaintenanceLock;
import io.harvester.postgres.pg.MaintenanceLog;
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
 * Deletes samples older than their retention. A chunk is dropped once no rule keeps anything in it;
 * expired samples are deleted from chunks that a rule still keeps. All processes refuse expired
 * samples before any are deleted, so that none is stored afterwards. One process works at a time,
 * and not while chunks are maintained.
 */
public final class RetentionJob {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionJob.class);

  /** A sample accepted just before it expired is committed within this time. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final Jdbc jdbc;
  private final StorageLayout layout;
  private final Duration standard;
  private final AtomicLong droppedChunks = new AtomicLong();
  private final AtomicLong deletedRows = new AtomicLong();
  private volatile Consumer<Retention> listener = retention -> {};

  /**
   * Opens a connection of its own for each round.
   *
   * @param standard how long samples without a rule are kept; zero: forever
   */
  public RetentionJob(Jdbc jdbc, StorageLayout layout, Duration standard) {
    this.jdbc = jdbc;
    this.layout = layout;
    this.standard = standard;
  }

  /** Sets the listener that receives the rules at each round, to refuse expired samples. */
  public void onRules(Consumer<Retention> rulesListener) {
    listener = rulesListener;
  }

  /** The number of chunks that this process has dropped. */
  public long droppedChunks() {
    return droppedChunks.get();
  }

  /** The number of rows that this process has deleted from chunks. */
  public long deletedRows() {
    return deletedRows.get();
  }

  /**
   * Reads the rules, passes them on, and deletes what has expired. Deletes nothing within five
   * minutes after a change of the rules, or while another process holds the maintenance lock.
   */
  public void round(Instant now) throws SQLException {
    try (Connection connection = jdbc.open("harvester retention")) {
      RetentionRules rules = RetentionRules.read(connection, standard);
      listener.accept(rules.retention());
      if (rules.settled() && MaintenanceLock.tryAcquire(connection)) {
        // Deleting may take long; the size of a chunk bounds it.
        connection.setNetworkTimeout(Runnable::run, 0);
        drop(connection, rules.retention().longest(), now);
        dropRollups(connection, now);
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
        droppedChunks.addAndGet(chunks);
        LOG.info("retention: {} chunks older than {} h dropped", chunks, longest.toHours());
      }
    }
  }

  private void dropRollups(Connection connection, Instant now) throws SQLException {
    int partitions = layout.dropExpiredRollups(connection, now);
    if (partitions > 0) {
      LOG.info("retention: {} expired partitions of rollups dropped", partitions);
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
        markDone(connection, span, state);
      }
    }
  }

  private void delete(Connection connection, ChunkSpan span, List<Expired> expired)
      throws SQLException {
    Instant started = Instant.now();
    long rows = 0;
    int nodes = 0;
    LockTimeouts.LONG.set(connection);
    for (Expired some : expired) {
      rows += layout.delete(connection, span, some);
      nodes += some.nodes().size();
    }
    deletedRows.addAndGet(rows);
    String note = rows + " rows of " + nodes + " nodes deleted";
    LOG.info("retention: {} in {}", note, span.name());
    new MaintenanceLog(connection, span.name()).note("delete_expired", started, note);
  }

  private static void markDone(Connection connection, ChunkSpan span, UUID state)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO harvester.retention_applied (chunk, rules_fingerprint) VALUES (?, ?)"
                + " ON CONFLICT (chunk) DO UPDATE"
                + " SET rules_fingerprint = excluded.rules_fingerprint, applied_at = now()")) {
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
      // A name that to_regclass does not find is of a dropped chunk: names are not used again.
      statement.executeUpdate(
          "DELETE FROM harvester.retention_applied"
              + " WHERE to_regclass(split_part(chunk, ' ', 1)) IS NULL");
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
