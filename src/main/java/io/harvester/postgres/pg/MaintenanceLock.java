// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Keeps maintenance to one process at a time: a session-level advisory lock. */
public final class MaintenanceLock {
  private static final String TRY =
      "SELECT pg_try_advisory_lock(hashtext('harvester.chunk_maintenance'))";

  private MaintenanceLock() {}

  /** Tries to take the maintenance lock; it is held until the connection closes. */
  public static boolean tryAcquire(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TRY)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
