// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import io.harvester.postgres.packed.RowChunks.RowChunk;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.MaintenanceLock;
import io.harvester.postgres.pg.MaintenanceLog;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.postgres.rollup.Rollups;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs the rows of chunks whose time is over, node by node and hour by hour, and drops the chunks:
 * their files go back to the file system at once. Late samples are rows of a chunk again, which are
 * packed in turn. One process packs at a time.
 */
public final class PackJob {
  private static final Logger LOG = LoggerFactory.getLogger(PackJob.class);

  /**
   * Late samples come in many requests. A chunk that was found or packed only just now may be being
   * filled.
   */
  private static final Duration REST = Duration.ofMinutes(10);

  /** After this time the other tasks of maintenance have their turn. */
  private static final Duration ROUND = Duration.ofSeconds(45);

  /** While the writers are busy, packing takes a quarter of the time. */
  private static final int PAUSE_FACTOR = 3;

  private static final long MAX_PAUSE_MS = 3_000;
  private static final Duration RECORDED_FOR = Duration.ofHours(1);

  private final Jdbc jdbc;
  private final RowChunks chunks;
  private final PackedTables tables;
  private final Rollups rollups;
  private final Duration after;
  private final PackCounters counters = new PackCounters();
  private final PackPace pace = new PackPace();

  /** When a chunk was first seen, or last found packed. */
  private final Map<String, Instant> restsSince = new HashMap<>();

  /** When it was recorded that nothing is packed. */
  private Instant recorded = Instant.EPOCH;

  /** Rows and time of chunks that are being packed, over all rounds. */
  private final Map<String, Progress> progress = new HashMap<>();

  private static final class Progress {
    /** What is left of the last look through the chunk, which may take longer than a round. */
    final Deque<PackTask> tasks = new ArrayDeque<>();

    final Set<Integer> nodes = new HashSet<>();
    final Instant started = Instant.now();
    long rows;
    long repeated;

    /** Those that may still see the rows that were packed; null: not known yet. */
    OlderTransactions readers;
  }

  /**
   * Opens a connection of its own for each round.
   *
   * @param after how long after the end of a chunk its rows are packed; zero: never
   */
  public PackJob(
      Jdbc jdbc, RowChunks chunks, PackedTables tables, Rollups rollups, Duration after) {
    this.jdbc = jdbc;
    this.chunks = chunks;
    this.tables = tables;
    this.rollups = rollups;
    this.after = after;
  }

  /** What was done and is to be done. */
  public PackCounters counters() {
    return counters;
  }

  /**
   * Packs what is due, for less than a minute. Does nothing if another process holds the
   * maintenance lock.
   *
   * @param writersBusy whether to leave most of the time to the writers
   */
  public void round(Instant now, BooleanSupplier writersBusy) throws SQLException {
    if (after.isZero()) {
      recordNothing(now);
      return;
    }
    long deadline = System.nanoTime() + ROUND.toNanos();
    try (Connection connection = jdbc.open("harvester packing")) {
      if (!MaintenanceLock.tryAcquire(connection)) {
        return;
      }
      connection.setNetworkTimeout(Runnable::run, 0); // counting the rows of a chunk takes seconds
      LockTimeouts.LONG.set(connection);
      tables.moveRanges(connection, now);
      List<RowChunk> all = chunks.list(connection);
      Set<String> names = new HashSet<>();
      for (RowChunk chunk : all) {
        names.add(chunk.name());
        restsSince.putIfAbsent(chunk.name(), now);
      }
      restsSince.keySet().retainAll(names);
      progress.keySet().retainAll(names);
      Instant unpacked = now;
      for (RowChunk chunk : all) {
        if (!isDue(chunk, now)) {
          continue;
        }
        boolean packed = false;
        if (System.nanoTime() < deadline) { // one that is not reached remains due
          packed = pack(connection, chunk, deadline, writersBusy);
          if (!progress.containsKey(chunk.name())) {
            restsSince.put(chunk.name(), now);
          }
        }
        if (!packed && chunk.end().isBefore(unpacked)) {
          unpacked = chunk.end();
        }
      }
      rollups.record(connection, completeUntil(connection, now.minus(after)));
      Duration lag = Duration.between(unpacked.plus(after), now);
      counters.lag(unpacked.equals(now) ? 0 : Math.max(0, lag.toSeconds()));
    }
  }

  /** What is stored while packing is off may never be rolled up. */
  private void recordNothing(Instant now) throws SQLException {
    if (recorded.plus(RECORDED_FOR).isBefore(now)) {
      try (Connection connection = jdbc.open("harvester packing")) {
        rollups.recordNone(connection);
      }
      recorded = now;
    }
  }

  /** All rows before are packed and rolled up; without any chunk, those that are due. */
  private Instant completeUntil(Connection connection, Instant due) throws SQLException {
    return chunks.list(connection).stream()
        .map(RowChunk::start)
        .min(Instant::compareTo)
        .orElse(due);
  }

  private boolean isDue(RowChunk chunk, Instant now) {
    return !chunk.end().plus(after).isAfter(now)
        && (progress.containsKey(chunk.name())
            || !restsSince.getOrDefault(chunk.name(), now).plus(REST).isAfter(now));
  }

  /** Returns whether the chunk was packed and dropped. */
  private boolean pack(
      Connection connection, RowChunk chunk, long deadline, BooleanSupplier writersBusy)
      throws SQLException {
    Progress done = progress.computeIfAbsent(chunk.name(), name -> new Progress());
    if (done.tasks.isEmpty()) {
      done.tasks.addAll(PackTask.of(connection, chunk.name()));
    }
    NodePacker packer = new NodePacker(connection, rollups);
    while (!done.tasks.isEmpty()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        long took = pack(connection, packer, chunk, done);
        if (writersBusy.getAsBoolean()) {
          counters.yielded();
          pause(took / 1_000_000 * PAUSE_FACTOR);
        }
      } catch (SQLException e) {
        if (!SqlErrors.isLockTimeout(e)) {
          throw e;
        }
        return false; // the next round packs the rest
      }
    }
    return finish(connection, chunk, done);
  }

  /** Packs the next task of a chunk. Returns the time that it took, in ns. */
  private long pack(Connection connection, NodePacker packer, RowChunk chunk, Progress done)
      throws SQLException {
    long started = System.nanoTime();
    PackTask task = pace.next(done.tasks);
    NodePacker.Packed packed;
    try {
      tables.create(connection, task.from());
      Instant hour = Instant.ofEpochMilli(task.from());
      rollups.prepare(connection, hour, hour.plusMillis(Clock.HOUR));
      packed = packer.pack(chunk.name(), task);
    } catch (SQLException e) {
      done.tasks.addFirst(task);
      throw e;
    }
    done.rows += packed.rows();
    done.repeated += packed.repeated();
    done.nodes.add(task.nodeId());
    long took = System.nanoTime() - started;
    counters.packed(packed.rows(), took);
    pace.took(packed.rows(), took);
    return took;
  }

  private boolean finish(Connection connection, RowChunk chunk, Progress done) throws SQLException {
    if (done.rows > 0) {
      for (PackedTables.Pair pair : PackedTables.pairs(connection)) {
        if (pair.start().isBefore(chunk.end()) && chunk.start().isBefore(pair.end())) {
          PackedTables.analyze(connection, pair);
        }
      }
      report(connection, chunk, done);
    }
    if (done.rows > 0 || done.readers == null) {
      done.readers = OlderTransactions.running(connection);
      done.rows = 0;
    }
    if (!done.readers.haveEnded(connection)) {
      return false; // the next round looks again
    }
    progress.remove(chunk.name());
    boolean dropped = chunks.dropIfEmpty(connection, chunk);
    if (dropped) {
      counters.dropped();
    }
    return dropped;
  }

  private static void report(Connection connection, RowChunk chunk, Progress done)
      throws SQLException {
    String note = done.rows + " rows of " + done.nodes.size() + " nodes packed";
    LOG.info(
        "chunk {}: {} in {} s",
        chunk.name(),
        note,
        Duration.between(done.started, Instant.now()).toSeconds());
    MaintenanceLog log = new MaintenanceLog(connection, chunk.name());
    log.note("pack", done.started, note);
    if (done.repeated > 0) {
      LOG.warn(
          "chunk {}: {} of {} rows had a time that was packed already; the packed values are"
              + " kept",
          chunk.name(),
          done.repeated,
          done.rows);
      log.noteDuplicates("remove_duplicates", done.started, done.repeated);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(Math.min(millis, MAX_PAUSE_MS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
