// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The values of {@code lock_timeout} in maintenance. Every session that queues behind a waiting
 * lock request waits as long as the request does.
 */
public enum LockTimeouts {
  /** For locks on chunks that readers or writers may queue behind. */
  SHORT("500ms"),
  /** For replacing a view, behind which the queries of that view queue. */
  VIEW("1s"),
  /**
   * For locks whose holders take seconds to let go: autovacuum and ANALYZE yield after {@code
   * deadlock_timeout}, one second by default, and queueing behind them blocks no one else.
   */
  LONG("5s");

  private final String value;

  LockTimeouts(String value) {
    this.value = value;
  }

  /** Sets the session's {@code lock_timeout}. */
  public void set(Connection connection) throws SQLException {
    execute(connection, "SET lock_timeout = '" + value + "'");
  }

  /** Sets {@code lock_timeout} until the transaction ends. */
  public void setLocal(Connection connection) throws SQLException {
    execute(connection, local());
  }

  /** The statement that sets {@code lock_timeout} until the transaction ends. */
  public String local() {
    return "SET LOCAL lock_timeout = '" + value + "'";
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
