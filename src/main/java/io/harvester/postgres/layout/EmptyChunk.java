// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A chunk or partition that is dropped only if it has no rows. */
final class EmptyChunk {
  private EmptyChunk() {}

  /** Drops the chunk in the transaction that has locked it. */
  @FunctionalInterface
  interface Drop {
    void run() throws SQLException;
  }

  /**
   * Locks a chunk against writers, and drops it if it is empty. A lock that is not granted at once
   * leaves the chunk to the next call.
   *
   * @param name its qualified name
   * @return whether it was dropped
   */
  static boolean drop(Connection connection, String name, Drop drop) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      LockTimeouts.SHORT.setLocal(connection);
      statement.execute("LOCK TABLE ONLY " + name + " IN SHARE ROW EXCLUSIVE MODE");
      try (ResultSet row = statement.executeQuery("SELECT FROM " + name + " LIMIT 1")) {
        if (row.next()) {
          return false;
        }
      }
      drop.run();
      connection.commit();
      return true;
    } catch (SQLException e) {
      if (SqlErrors.isLockTimeout(e)) {
        return false;
      }
      throw e;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
