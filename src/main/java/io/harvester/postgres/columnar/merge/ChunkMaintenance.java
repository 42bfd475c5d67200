package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.ChunkStatus;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.MaintenanceLock;
import io.harvester.postgres.pg.PgTimestamps;
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
 * Looks after columnstore chunks once their time is over: what is in the rowstore is compressed,
 * what came in small or late batches is merged, duplicates are counted (there must be none) and
 * repaired, and the space that merging left is given back. Each step is a statement of its own,
 * noted in {@code chunk_maintenance}; whoever stops in the middle goes on there next time.
 *
 * <p>Never {@code compress_chunk(recompress => true)} nor the columnstore policy: up to 2.29.2 they
 * deadlock with readers.
 */
public final class ChunkMaintenance {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkMaintenance.class);

  /** Senders retry for minutes: until then late samples of a scrape are still to be expected. */
  private static final Duration CLOSED_FOR = Duration.ofMinutes(10);

  /** A trickle of late samples must not have a whole chunk compacted every minute. */
  private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);

  /** To rewrite a larger file holds readers up for too long. */
  private static final long MAX_REWRITE_BYTES = 64L << 20;

  private static final String CLOSED =
      """
      SELECT c.chunk, _timescaledb_functions.chunk_status(c.chunk::regclass),
             c.range_start, c.range_end,
             (SELECT max(finished_at) FROM harvester.chunk_maintenance k WHERE k.chunk = c.chunk),
             EXISTS (SELECT FROM harvester.chunk_maintenance k
                      WHERE k.chunk = c.chunk AND k.step = 'vacuum'
                        AND k.finished_at > ALL (SELECT d.finished_at FROM harvester.chunk_maintenance d
                                WHERE d.chunk = c.chunk AND d.step = 'delete_expired'))
        FROM (SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk, range_start, range_end
                FROM timescaledb_information.chunks
               WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample') c
       WHERE c.range_end < ? ORDER BY c.range_start
      """;

  private final Jdbc jdbc;
  private final CodecProbe proof;

  public ChunkMaintenance(Jdbc jdbc, CodecProbe proof) {
    this.jdbc = jdbc;
    this.proof = proof;
  }

  private record Chunk(
      String name,
      ChunkStatus status,
      Instant start,
      Instant end,
      Instant lastCare,
      boolean vacuumed) {
    boolean isOrderly() {
      return !status.isUnordered() && !status.isPartial();
    }
  }

  /**
   * One round over all closed chunks; nothing if another process is at it.
   *
   * @param busy tells by its start whether a chunk is still being filled
   */
  public void round(Instant now, Predicate<Instant> busy) throws SQLException {
    try (Connection connection = jdbc.open("harvester chunk maintenance")) {
      if (!MaintenanceLock.tryAcquire(connection)) {
        return;
      }
      // A batch of rows may take long to compact; it is bounded by the size of a chunk.
      connection.setNetworkTimeout(Runnable::run, 0);
      LockTimeouts.SHORT.set(connection);
      for (Chunk chunk : closed(connection, now.minus(CLOSED_FOR))) {
        boolean rested =
            chunk.lastCare() == null || chunk.lastCare().plus(BETWEEN_ROUNDS).isBefore(now);
        if (rested && !busy.test(chunk.start()) && (!chunk.isOrderly() || !chunk.vacuumed())) {
          maintain(connection, chunk);
        }
      }
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
    MaintenanceLog steps = new MaintenanceLog(connection, chunk.name());
    if (chunk.status().isPartial()) {
      steps.run("compress", "SELECT compress_chunk('%s')".formatted(chunk.name()));
    }
    CompressedTable table =
        proof.holds(connection) ? CompressedTable.of(connection, chunk.name()) : null;
    SegmentMerge merge = table == null ? null : new SegmentMerge(connection, table);
    if (steps.status().isUnordered()) {
      steps.run("compact", () -> compact(connection, chunk, merge));
      if (steps.status().isUnordered()) {
        LOG.info("chunk {} is still unordered after compaction; next round", chunk.name());
        return;
      }
    } else if (merge != null) {
      merge.run();
    }
    audit(new DuplicateAudit(connection, chunk.start(), chunk.end()), merge, steps);
    if (table != null) {
      steps.run("vacuum", new TailTruncation(connection, table)::giveBack);
    } else if (steps.bytes() <= MAX_REWRITE_BYTES) {
      steps.run("vacuum", "VACUUM (FULL, ANALYZE) " + chunk.name());
    } else {
      steps.run("vacuum", "VACUUM (ANALYZE) " + chunk.name());
    }
  }

  /** What we merged is found in order; whatever we did not, the database compacts. */
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

  /** The merge has seen all rows but those that it says; only these are left to be looked at. */
  private static void audit(DuplicateAudit audit, SegmentMerge merge, MaintenanceLog steps)
      throws SQLException {
    Instant started = Instant.now();
    Map<Integer, Long> twice = merge == null ? audit.ofAll() : audit.of(merge.unseen());
    Set<Integer> nodes = new TreeSet<>(twice.keySet());
    long duplicates = twice.values().stream().mapToLong(Long::longValue).sum();
    if (merge != null) {
      nodes.addAll(merge.twice());
      duplicates += merge.removed();
    }
    steps.note("check_duplicates", started, duplicates);
    if (duplicates > 0) {
      LOG.error(
          "chunk {}: {} samples of {} nodes are stored twice; repairing. Did anything but the"
              + " aggregator write to harvester.sample?",
          steps.chunk(),
          duplicates,
          nodes.size());
      for (int node : twice.keySet()) {
        audit.repair(node);
      }
      steps.note("remove_duplicates", started, duplicates);
    }
  }
}
