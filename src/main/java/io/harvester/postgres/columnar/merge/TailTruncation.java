// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.CompressedTable;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Returns the space that merged batches left in a compressed table's file to the file system.
 *
 * <p>{@code VACUUM FULL} would do that, too, but blocks all readers while it copies. Instead, as
 * pgcompacttable does, updates that change nothing move the rows at the end of the file into free
 * space nearer its start; a plain {@code VACUUM} then truncates the empty pages at the end, and
 * gives up as soon as another session waits for its lock. Columns in TOAST are not moved.
 */
final class TailTruncation {
  /** Pages moved per transaction: the first step moves one, each next step twice as many. */
  private static final long MAX_PAGES_PER_STEP = 256;

  /** VACUUM truncates no smaller fraction of a file (vacuumlazy.c, REL_TRUNCATE_FRACTION). */
  private static final long TRUNCATE_FRACTION = 16;

  /** A megabyte of free pages at the end is not worth another round. */
  private static final long MAX_FREE_PAGES = 128;

  /** Dead batches that may be left to the next round. */
  private static final long MAX_DEAD_BATCHES = 100;

  /** Another pass is worth its work if the last one shortened the file by this fraction. */
  private static final long WORTHWHILE = 64;

  private static final int MAX_PASSES = 8;

  private static final int MAX_VACUUM_RETRIES = 5;
  private static final long RETRY_MILLIS = 1000;

  private static final String OBJECT_IN_USE = "55006";
  private static final String QUERY_CANCELED = "57014";

  private final Connection connection;
  private final CompressedTable table;

  TailTruncation(Connection connection, CompressedTable table) {
    this.connection = connection;
    this.table = table;
  }

  /**
   * Moves rows to the start of the file and truncates its end.
   *
   * @throws SQLException also if the file could not be truncated; the message says what held it
   */
  void run() throws SQLException {
    freeSpace();
    long pages = pages();
    long before;
    int passes = 0;
    do {
      // A pass cannot use the pages that it empties; the VACUUM after it makes them usable.
      before = pages;
      moveToStart();
      table.vacuumAndTruncate(connection);
      pages = pages();
    } while (pages < before - before / WORTHWHILE && ++passes < MAX_PASSES);
    long free = pages - pagesInUse();
    if (free > Math.max(pages / TRUNCATE_FRACTION, MAX_FREE_PAGES)) {
      throw new SQLException(
          "%d of %d pages could not be truncated: other sessions kept reading the chunk"
              .formatted(free, pages),
          OBJECT_IN_USE);
    }
  }

  /** Vacuums, and waits some seconds for queries that may still see the merged batches. */
  private void freeSpace() throws SQLException {
    long dead = vacuum();
    for (int retry = 0; dead > MAX_DEAD_BATCHES && retry < MAX_VACUUM_RETRIES; retry++) {
      pause();
      dead = vacuum();
    }
    if (dead > MAX_DEAD_BATCHES) {
      throw new SQLException(
          ("%d merged batches cannot be removed yet: a query, prepared transaction or replication"
                  + " slot older than the merge may still see them")
              .formatted(dead),
          OBJECT_IN_USE);
    }
  }

  private static void pause() throws SQLException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted by shutdown", QUERY_CANCELED, e);
    }
  }

  /** Returns the number of dead batches left; a few may be of a write that failed just now. */
  private long vacuum() throws SQLException {
    table.vacuum(connection);
    return table.number(
        connection,
        "SELECT n_dead_tup FROM pg_stat_all_tables WHERE relid = '%s'::regclass"
            .formatted(table.name()));
  }

  /** Empties pages from the end backwards, until there is no free space nearer the start. */
  private void moveToStart() throws SQLException {
    // Also invalidates this session's cached insertion target page.
    table.storeInLine(connection, true);
    connection.setAutoCommit(false);
    try {
      long filled = 0;
      long end = pages();
      for (long step = 1; end > filled; step = Math.min(step * 2, MAX_PAGES_PER_STEP)) {
        long start = Math.max(filled, end - step);
        long reached = empty(start, end);
        if (reached > start) {
          return;
        }
        filled = Math.max(filled, reached);
        end = start;
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /**
   * Moves all rows off the pages [start, end), if there is free space nearer the start. An updated
   * row remains on its page while that has room for it, so the update is repeated while rows are
   * put on these pages again.
   *
   * @return the end (exclusive) of the pages that the last update put rows on; 0 if it found none
   */
  private long empty(long start, long end) throws SQLException {
    table.lockForRewriting(connection);
    long reached;
    do {
      reached = move(start, end);
    } while (reached > start && reached <= end);
    connection.commit();
    return reached;
  }

  /**
   * Updates the rows on the pages [start, end) once.
   *
   * @return the end (exclusive) of the pages that they are on now; 0 if there were none
   */
  private long move(long start, long end) throws SQLException {
    return table.number(
        connection,
        """
        WITH moved AS (
          UPDATE %s SET node_id = node_id
           WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)' RETURNING ctid)
        SELECT coalesce(max((ctid::text::point)[0])::bigint + 1, 0) FROM moved
        """
            .formatted(table.name(), start, end));
  }

  private long pagesInUse() throws SQLException {
    return table.number(
        connection,
        "SELECT coalesce((max(ctid)::text::point)[0]::bigint + 1, 0) FROM " + table.name());
  }

  private long pages() throws SQLException {
    return table.number(
        connection,
        "SELECT pg_relation_size('%s') / current_setting('block_size')::int"
            .formatted(table.name()));
  }
}
