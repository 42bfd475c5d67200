package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.CompressedTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Gives the room that merged batches left in the file of a compressed table back to the file
 * system. {@code VACUUM FULL} would do it, too, but keeps every reader out while it copies. So what
 * lies at the end of the file is moved into free room further ahead, by updates that change
 * nothing, as pgcompacttable does; what a plain {@code VACUUM} finds empty at the end it cuts off,
 * and it lets go as soon as somebody waits. Columns in TOAST stay where they are.
 */
final class TailTruncation {
  /** The first step only shows whether there is room; then twice as many each time. */
  private static final long MAX_PAGES_AT_A_TIME = 256;

  /** VACUUM cuts off no smaller part of a file (vacuumlazy.c, REL_TRUNCATE_FRACTION). */
  private static final long TRUNCATE_FRACTION = 16;

  /** About a megabyte: whatever is left at the end then is not worth another round. */
  private static final long MAX_FREE_PAGES = 128;

  /** As many are left to the next round. */
  private static final long MAX_DEAD_BATCHES = 100;

  private static final int VACUUM_TIMEOUT_SECONDS = 5;

  private static final String OBJECT_IN_USE = "55006";

  private final Connection connection;
  private final CompressedTable table;

  TailTruncation(Connection connection, CompressedTable table) {
    this.connection = connection;
    this.table = table;
  }

  /**
   * Moves and cuts.
   *
   * @throws SQLException also if that gave nothing back, and why
   */
  void giveBack() throws SQLException {
    makeRoom();
    moveToFront();
    table.vacuumAndCut(connection);
    long pages = pages();
    long free = pages - pagesInUse();
    if (free > Math.max(pages / TRUNCATE_FRACTION, MAX_FREE_PAGES)) {
      throw new SQLException(
          "%d of %d pages could not be cut off: somebody was reading all the time"
              .formatted(free, pages),
          OBJECT_IN_USE);
    }
  }

  /** Queries that see the old batches are waited for, unless they take long. */
  private void makeRoom() throws SQLException {
    long dead = vacuum();
    for (int again = 0; dead > MAX_DEAD_BATCHES && again < VACUUM_TIMEOUT_SECONDS; again++) {
      pause();
      dead = vacuum();
    }
    if (dead > MAX_DEAD_BATCHES) {
      throw new SQLException(
          ("%d batches that were merged cannot go yet: a query, prepared transaction or replication"
                  + " slot that is older than the merge may still see them")
              .formatted(dead),
          OBJECT_IN_USE);
    }
  }

  private static void pause() throws SQLException {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("stopped", "57014", e);
    }
  }

  /** What had to be left; a few may be of a write that failed just now. */
  private long vacuum() throws SQLException {
    table.vacuum(connection);
    return number(
        "SELECT n_dead_tup FROM pg_stat_all_tables WHERE relid = '%s'::regclass"
            .formatted(table.name()));
  }

  /** From the end backwards, until there is no room further ahead. */
  private void moveToFront() throws SQLException {
    table.storeInLine(connection, true); // and this connection forgets where it last put a row
    connection.setAutoCommit(false);
    try {
      long filled = 0;
      long end = pages();
      for (long step = 1; end > filled; step = Math.min(step * 2, MAX_PAGES_AT_A_TIME)) {
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
   * Empties the pages [start, end), if what is on them finds room further ahead; the end of the
   * last page that it went to. An update stays on its page while that has room for it, so it takes
   * as many as fit there.
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

  /** Gives what lies on the pages [start, end) another place; the end of the last one's page. */
  private long move(long start, long end) throws SQLException {
    return number(
        """
        WITH moved AS (
          UPDATE %s SET node_id = node_id
           WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)' RETURNING ctid)
        SELECT coalesce(max((ctid::text::point)[0])::bigint + 1, 0) FROM moved
        """
            .formatted(table.name(), start, end));
  }

  private long pagesInUse() throws SQLException {
    return number(
        "SELECT coalesce((max(ctid)::text::point)[0]::bigint + 1, 0) FROM " + table.name());
  }

  private long pages() throws SQLException {
    return number(
        "SELECT pg_relation_size('%s') / current_setting('block_size')::int"
            .formatted(table.name()));
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
