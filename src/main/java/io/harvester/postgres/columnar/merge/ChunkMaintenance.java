// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.ChunkStatus;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.MaintenanceLock;
import io.harvester.postgres.pg.MaintenanceLog;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.rollup.Rollups;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains columnstore chunks after their time range has passed: compresses rows of the rowstore,
 * merges small and late compressed batches, counts duplicates (there must be none) and repairs
 * them, and returns the disk space that merging freed. Each step is a statement of its own and is
 * recorded in {@code chunk_maintenance}; an interrupted round resumes at the step where it stopped.
 *
 * <p>Never uses {@code compress_chunk(recompress => true)} or the columnstore policy: up to
 * TimescaleDB 2.29.2 they deadlock with readers.
 */
public final class ChunkMaintenance {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkMaintenance.class);

  /** Senders retry for minutes; until then late samples of a scrape are to be expected. */
  static final Duration CLOSED_FOR = Duration.ofMinutes(10);

  /** Keeps a trickle of late samples from having the whole chunk compacted every minute. */
  private static final Duration MIN_INTERVAL = Duration.ofHours(1);

  /** VACUUM FULL of a larger chunk would block readers for too long. */
  private static final long MAX_REWRITE_BYTES = 64L << 20;

  private static final String CLOSED =
      """
      SELECT c.chunk, _timescaledb_functions.chunk_status(c.chunk::regclass),
             c.range_start, c.range_end,
             (SELECT max(finished_at) FROM harvester.chunk_maintenance k
               WHERE k.chunk = c.chunk AND k.step NOT IN ('merge', 'remove_duplicates')),
             EXISTS (SELECT FROM harvester.chunk_maintenance k
                      WHERE k.chunk = c.chunk AND k.step = 'vacuum'
                        AND k.finished_at > ALL (SELECT d.finished_at FROM harvester.chunk_maintenance d
                                WHERE d.chunk = c.chunk AND d.step = 'delete_expired'))
        FROM (SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk, range_start, range_end
                FROM timescaledb_information.chunks
               WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample') c
       WHERE c.range_end < ? ORDER BY c.range_start
      """;

  /** The start of the first chunk that is not merged or not rolled up, or has late samples. */
  private static final String COMPLETE_UNTIL =
      """
      SELECT min(c.range_start)
        FROM (SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk, range_start
                FROM timescaledb_information.chunks
               WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample') c
       WHERE _timescaledb_functions.chunk_status(c.chunk::regclass) & 10 > 0
          OR NOT EXISTS (SELECT FROM harvester.chunk_maintenance k
                          WHERE k.chunk = c.chunk AND k.step = 'check_duplicates')
          OR EXISTS (SELECT FROM harvester.chunk_maintenance k
                      WHERE k.chunk = c.chunk AND k.step = 'not_rolled_up'
                        AND k.finished_at > ALL (SELECT d.finished_at FROM harvester.chunk_maintenance d
                                WHERE d.chunk = c.chunk AND d.step = 'check_duplicates'))
      """;

  private final Jdbc jdbc;
  private final CodecProbe probe;
  private final Rollups rollups;

  /** Opens a connection of its own for each round. */
  public ChunkMaintenance(Jdbc jdbc, CodecProbe probe, Rollups rollups) {
    this.jdbc = jdbc;
    this.probe = probe;
    this.rollups = rollups;
  }

  /**
   * A closed chunk.
   *
   * @param lastStep when the last step on it was recorded, or null
   * @param vacuumed whether it was vacuumed since retention last deleted from it
   */
  private record Chunk(
      String name,
      ChunkStatus status,
      Instant start,
      Instant end,
      Instant lastStep,
      boolean vacuumed) {
    boolean hasRested(Instant now) {
      return lastStep == null || lastStep.plus(MIN_INTERVAL).isBefore(now);
    }

    boolean needsMaintenance() {
      return status.isUnordered() || status.isPartial() || !vacuumed;
    }
  }

  /**
   * Maintains all closed chunks that need it. Does nothing if another process holds the maintenance
   * lock.
   *
   * @param busy whether the chunk that starts then is still being filled, and is to be skipped
   * @throws SQLException if a step fails; the remaining chunks are left to the next round
   */
  public void round(Instant now, Predicate<Instant> busy) throws SQLException {
    try (Connection connection = jdbc.open("harvester chunk maintenance")) {
      if (!MaintenanceLock.tryAcquire(connection)) {
        return;
      }
      // Compaction may take long; the size of a chunk bounds it.
      connection.setNetworkTimeout(Runnable::run, 0);
      LockTimeouts.SHORT.set(connection);
      for (Chunk chunk : closed(connection, now.minus(CLOSED_FOR))) {
        if (chunk.hasRested(now) && !busy.test(chunk.start()) && chunk.needsMaintenance()) {
          maintain(connection, chunk);
        }
      }
      rollups.record(connection, completeUntil(connection));
    }
  }

  private static Instant completeUntil(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COMPLETE_UNTIL)) {
      row.next();
      return row.getTimestamp(1) == null ? null : row.getTimestamp(1).toInstant();
    }
  }

  private static List<Chunk> closed(Connection connection, Instant before) throws SQLException {
    List<Chunk> chunks = new ArrayList<>();
    try (PreparedStatement closed = connection.prepareStatement(CLOSED)) {
      closed.setObject(1, PgTimestamps.utc(before));
      try (ResultSet row = closed.executeQuery()) {
        while (row.next()) {
          chunks.add(
              new Chunk(
                  row.getString(1),
                  new ChunkStatus(row.getInt(2)),
                  row.getTimestamp(3).toInstant(),
                  row.getTimestamp(4).toInstant(),
                  row.getTimestamp(5) == null ? null : row.getTimestamp(5).toInstant(),
                  row.getBoolean(6)));
        }
      }
    }
    return chunks;
  }

  private void maintain(Connection connection, Chunk chunk) throws SQLException {
    MaintenanceLog log = new MaintenanceLog(connection, chunk.name());
    if (chunk.status().isPartial()) {
      log.run("compress", "SELECT compress_chunk('%s')".formatted(chunk.name()));
    }
    CompressedTable table =
        probe.passes(connection) ? CompressedTable.of(connection, chunk.name()) : null;
    SegmentMerge merge =
        table == null
            ? null
            : new SegmentMerge(
                connection,
                table,
                ChunkRollups.of(rollups, connection, chunk.start(), chunk.end()));
    if (ChunkStatus.of(connection, chunk.name()).isUnordered()) {
      log.run("compact", () -> compact(connection, chunk, merge));
      if (ChunkStatus.of(connection, chunk.name()).isUnordered()) {
        LOG.info(
            "chunk {} is still unordered after compaction; the next round compacts it again",
            chunk.name());
        return;
      }
    } else if (merge != null) {
      merge.run();
    }
    audit(new DuplicateAudit(connection, chunk.start(), chunk.end()), merge, log);
    noteMissingRollups(merge, log);
    if (table != null) {
      log.run("vacuum", new SpaceRecovery(connection, table)::run);
    } else if (log.chunkBytes() <= MAX_REWRITE_BYTES) {
      log.run("vacuum", "VACUUM (FULL, ANALYZE) " + chunk.name());
    } else {
      log.run("vacuum", "VACUUM (ANALYZE) " + chunk.name());
    }
  }

  /** From there on functions of schema {@code prom} read samples, because rollups are missing. */
  private void noteMissingRollups(SegmentMerge merge, MaintenanceLog log) throws SQLException {
    if (!rollups.isOff() && (merge == null || !merge.unreadNodes().isEmpty())) {
      String nodes = merge == null ? "all" : Integer.toString(merge.unreadNodes().size());
      LOG.warn("chunk {}: {} nodes are not rolled up", log.chunk(), nodes);
      log.note("not_rolled_up", Instant.now(), nodes + " nodes");
    }
  }

  /** The database finds merged segments in order, and compacts only what was not merged. */
  private static void compact(Connection connection, Chunk chunk, SegmentMerge merge)
      throws SQLException {
    if (merge != null) {
      merge.run();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT _timescaledb_functions.compact_chunk('%s')".formatted(chunk.name()));
    }
  }

  /** The merge removes the duplicates it reads; only nodes it did not read are audited by query. */
  private static void audit(DuplicateAudit audit, SegmentMerge merge, MaintenanceLog log)
      throws SQLException {
    Instant started = Instant.now();
    Map<Integer, Long> duplicatesByNode =
        merge == null ? audit.ofAllNodes() : audit.of(merge.unreadNodes());
    Set<Integer> nodes = new TreeSet<>(duplicatesByNode.keySet());
    long duplicates = duplicatesByNode.values().stream().mapToLong(Long::longValue).sum();
    if (merge != null) {
      nodes.addAll(merge.nodesWithDuplicates());
      duplicates += merge.removedDuplicates();
    }
    log.noteDuplicates("check_duplicates", started, duplicates);
    if (duplicates > 0) {
      LOG.error(
          "chunk {}: {} duplicate samples of {} nodes; repairing. Did anything but Harvester write"
              + " to harvester.sample?",
          log.chunk(),
          duplicates,
          nodes.size());
      for (int node : duplicatesByNode.keySet()) {
        audit.repair(node);
      }
      log.noteDuplicates("remove_duplicates", started, duplicates);
    }
  }
}
