// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections for Flyway, with sessions set up as those of the drivers. Flyway appends the search
 * path that it finds to its own, so the session is set up before Flyway gets it.
 */
final class SessionDataSource extends PGSimpleDataSource {
  private static final long serialVersionUID = 1;

  /** Flyway logs a notice, such as that of CREATE SCHEMA IF NOT EXISTS, as a warning. */
  private static final String SESSION = Jdbc.SESSION + "; SET client_min_messages = warning";

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    Connection connection = super.getConnection(user, password);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }
}
