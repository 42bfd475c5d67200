// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Creates the group roles that the service grants privileges to. The service's own role lacks
 * CREATEROLE, so that a fault in it cannot create roles.
 */
final class GroupRoles {
  private static final String CREATE =
      """
      DO $$ BEGIN
          IF to_regrole('harvester_reader') IS NULL THEN
              CREATE ROLE harvester_reader NOLOGIN;
          END IF;
      END $$
      """;

  private GroupRoles() {}

  /** Creates missing roles, also in a cluster that an earlier release created. */
  static void create(int port, String superuserPassword) throws EmbeddedPostgresException {
    Properties login = new Properties();
    login.setProperty("user", EmbeddedPostgres.SUPERUSER);
    login.setProperty("password", superuserPassword);
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + EmbeddedPostgres.SUPERUSER;
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
    } catch (SQLException e) {
      throw new EmbeddedPostgresException("cannot create role harvester_reader", e);
    }
  }
}
