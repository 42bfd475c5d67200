package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** How long maintenance waits for a lock: every session that queues behind it waits as long. */
public enum LockTimeouts {
  /** For locks that readers or writers may queue behind. */
  SHORT("500ms"),
  /**
   * For locks that only autovacuum or ANALYZE contend for. Queueing behind them blocks no one else,
   * and they yield after {@code deadlock_timeout}, one second by default.
   */
  LONG("5s");

  private final String value;

  LockTimeouts(String value) {
    this.value = value;
  }

  /** Sets the session's {@code lock_timeout}. */
  public void set(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '" + value + "'");
    }
  }
}
