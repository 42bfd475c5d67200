// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.columnar.SmallBatches;
import io.harvester.postgres.columnar.SmallBatches.Window;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.MaintenanceLock;
import io.harvester.postgres.pg.MaintenanceLog;
import io.harvester.postgres.pg.PgTimestamps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the small batches of chunks that are still being filled, so that a query of the last hour
 * decompresses few rows. A flush adds a batch per node; once a window of some minutes is over, the
 * batches of each node in it become few sorted ones. {@link SegmentMerge} merges those again when
 * the chunk closes, so each sample is rewritten twice.
 *
 * <p>It does no work while the writers are busy, and makes up for it later.
 */
public final class OpenChunkMerge {
  private static final Logger LOG = LoggerFactory.getLogger(OpenChunkMerge.class);

  /** Chunks that ended earlier are merged as a whole by {@link ChunkMaintenance}. */
  private static final Duration OPEN_FOR = ChunkMaintenance.CLOSED_FOR;

  /** A node's last samples of a window arrive some seconds after it is over. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(45);

  private static final String OPEN =
      """
      SELECT chunk, range_start, range_end
        FROM (SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk, range_start, range_end
                FROM timescaledb_information.chunks
               WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample'
                 AND is_compressed AND range_end > ?) c
       WHERE _timescaledb_functions.chunk_status(chunk::regclass) & 2 > 0
       ORDER BY range_start DESC
      """;

  /** A sender that fills a gap sends more than this long before the next window is over. */
  private static final long MANY_ROWS = 5_000_000;

  /** Chunks that a gap is being filled in are not older than this. */
  private static final Duration OLDEST = Duration.ofDays(2);

  private final Jdbc jdbc;
  private final CodecProbe probe;
  private final Duration window;
  private final MergeCounters counters = new MergeCounters();
  private final Map<String, MergedTable> tables = new HashMap<>();
  private long lastWindow = -1;
  private long lastWritten;
  private boolean unfinished;

  /**
   * Opens a connection of its own for each round.
   *
   * @param window time span whose small batches are merged; zero: never
   */
  public OpenChunkMerge(Jdbc jdbc, CodecProbe probe, Duration window) {
    this.jdbc = jdbc;
    this.probe = probe;
    this.window = window;
  }

  /** What was done and is to be done. */
  public MergeCounters counters() {
    return counters;
  }

  private record Chunk(String name, Instant start, Instant end) {}

  /**
   * Merges all windows that have finished, if one has since the last round, or the last round left
   * some, or many rows were written. Does nothing if another process holds the maintenance lock.
   *
   * @param written number of rows that this process has written
   * @param filling whether the chunk that starts then is being filled although it has ended
   * @param writersBusy whether to leave the rest to the next round
   */
  public void round(
      Instant now, long written, Predicate<Instant> filling, BooleanSupplier writersBusy)
      throws SQLException {
    if (!isDue(now, written)) {
      return;
    }
    long started = System.nanoTime();
    try (Connection connection = jdbc.open("harvester merge")) {
      if (!MaintenanceLock.tryAcquire(connection)) {
        return;
      }
      connection.setNetworkTimeout(Runnable::run, 0); // a VACUUM may take long
      LockTimeouts.SHORT.set(connection);
      if (!probe.passes(connection)) {
        return;
      }
      long left = 0;
      List<Chunk> open = open(connection, now, filling);
      tables.keySet().retainAll(open.stream().map(Chunk::name).toList());
      for (Chunk chunk : open) {
        left += merge(connection, chunk, writersBusy);
      }
      unfinished = left > 0;
      lastWindow = windowNumber(now);
      lastWritten = written;
      counters.round(System.nanoTime() - started, left);
    }
  }

  private boolean isDue(Instant now, long written) {
    return !window.isZero()
        && (unfinished || windowNumber(now) != lastWindow || written - lastWritten > MANY_ROWS);
  }

  private long windowNumber(Instant now) {
    return now.minus(SETTLED_AFTER).toEpochMilli() / window.toMillis();
  }

  private static List<Chunk> open(Connection connection, Instant now, Predicate<Instant> filling)
      throws SQLException {
    List<Chunk> chunks = new ArrayList<>();
    try (PreparedStatement open = connection.prepareStatement(OPEN)) {
      open.setObject(1, PgTimestamps.utc(now.minus(OLDEST)));
      try (ResultSet row = open.executeQuery()) {
        while (row.next()) {
          Chunk chunk =
              new Chunk(
                  row.getString(1),
                  row.getTimestamp(2).toInstant(),
                  row.getTimestamp(3).toInstant());
          if (chunk.end().isAfter(now.minus(OPEN_FOR)) || filling.test(chunk.start())) {
            chunks.add(chunk);
          }
        }
      }
    }
    return chunks;
  }

  /** Returns the number of rows left to merge. */
  private long merge(Connection connection, Chunk chunk, BooleanSupplier writersBusy)
      throws SQLException {
    CompressedTable table = CompressedTable.of(connection, chunk.name());
    if (table == null) {
      return 0;
    }
    Instant started = Instant.now();
    SmallBatches.Found found = SmallBatches.find(connection, table, window);
    List<Window> due = found.windows().stream().filter(one -> one.isDue(window)).toList();
    if (due.isEmpty()) {
      return 0;
    }
    MergedTable merged =
        tables.computeIfAbsent(chunk.name(), name -> new MergedTable(window, probe.fastPath()));
    long duplicates = merged.removedDuplicates();
    long left = merged.merge(connection, table, due, found.rows(), counters, writersBusy);
    long rows = due.stream().mapToLong(Window::rows).sum() - left;
    if (rows > 0) {
      String note = rows + " rows of " + due.size() + " windows merged, " + left + " rows left";
      LOG.debug("chunk {}: {}", chunk.name(), note);
      MaintenanceLog log = new MaintenanceLog(connection, chunk.name());
      log.note("merge", started, note);
      if (merged.removedDuplicates() > duplicates) {
        log.noteDuplicates("remove_duplicates", started, merged.removedDuplicates() - duplicates);
      }
    }
    return left;
  }
}
