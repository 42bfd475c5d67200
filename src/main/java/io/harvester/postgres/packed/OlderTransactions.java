// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The transactions that ran when the last rows of a chunk had been packed. One of them may read
 * with a snapshot from before: it sees the rows and not the arrays, as long as the chunk exists. So
 * the chunk is dropped once they have ended. Any user may see who holds a lock on a virtual
 * transaction id, and only some users may see snapshots.
 */
final class OlderTransactions {
  /**
   * A transaction that is left open keeps no chunk longer: the disk would fill. One that has read
   * the chunk still does, by its lock.
   */
  private static final Duration MAX_WAIT = Duration.ofHours(1);

  /** Most queries end within this time; for longer ones the caller comes back. */
  private static final Duration WAIT = Duration.ofSeconds(2);

  private static final long POLL_MS = 20;

  private static final String RUNNING =
      """
      SELECT array_agg(l.virtualtransaction)
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'virtualxid' AND l.granted
         AND a.datname = current_database() AND a.pid <> pg_backend_pid()
      """;

  private static final String STILL_RUNNING =
      "SELECT count(*) FROM pg_locks"
          + " WHERE locktype = 'virtualxid' AND granted AND virtualtransaction = ANY (?)";

  private final Array ids;
  private final long since = System.nanoTime();

  private OlderTransactions(Array ids) {
    this.ids = ids;
  }

  /** Those that run now. */
  static OlderTransactions running(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(RUNNING)) {
      row.next();
      return new OlderTransactions(row.getArray(1));
    }
  }

  /** Whether all have ended, after a short wait for those that have not. */
  boolean haveEnded(Connection connection) throws SQLException {
    long start = System.nanoTime();
    while (ids != null && count(connection) > 0) {
      long now = System.nanoTime();
      if (now - since > MAX_WAIT.toNanos()) {
        return true;
      }
      if (now - start > WAIT.toNanos()) {
        return false;
      }
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private long count(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(STILL_RUNNING)) {
      select.setArray(1, ids);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
