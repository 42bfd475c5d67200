// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.postgres.access.NodeAdmin.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Login roles of readers, in the caller's transaction. They are members of {@code harvester_reader}
 * and can read only.
 */
final class ReaderRoles {
  private static final String GROUP = "harvester_reader";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String OWNS_OBJECTS = "2BP01";

  /**
   * A session has taken on the role that owns the schemas. If that one may not create roles, the
   * role of the login may.
   */
  private static final String AS_LOGIN =
      """
      SELECT set_config('role', 'none', true)
       WHERE NOT (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user)
      """;

  private static final String MARK = "reader of Harvester";

  private final Connection connection;

  ReaderRoles(Connection connection) {
    this.connection = connection;
  }

  /**
   * Creates a role.
   *
   * @throws RefusedException if there is one of that name, the group is missing, or the session's
   *     role may not create it
   */
  void create(String name, String password) throws SQLException, RefusedException {
    if (exists(name)) {
      throw refused("there is already a role " + name + " in the server; choose another name");
    }
    if (!exists(GROUP)) {
      throw refused(
          "role " + GROUP + " does not exist: as an administrator, run CREATE ROLE " + GROUP);
    }
    change(
        "create role " + name,
        "CREATE ROLE %1$I LOGIN PASSWORD %2$L NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT IN ROLE "
            + GROUP,
        name,
        password);
    change(
        "configure role " + name,
        "ALTER ROLE %1$I SET default_transaction_read_only = on",
        name,
        "");
    change("describe role " + name, "COMMENT ON ROLE %1$I IS %2$L", name, MARK);
  }

  /** Changes the password; creates the role if a restore into another server left it out. */
  void changePassword(String name, String password) throws SQLException, RefusedException {
    if (exists(name)) {
      change("change role " + name, "ALTER ROLE %1$I PASSWORD %2$L", name, password);
    } else {
      create(name, password);
    }
  }

  /** Drops a role. Its open sessions can read nothing any more. */
  void drop(String name) throws SQLException, RefusedException {
    if (!exists(name)) {
      return;
    }
    try {
      change("drop role " + name, "DROP ROLE %1$I", name, "");
    } catch (SQLException e) {
      if (OWNS_OBJECTS.equals(e.getSQLState())) {
        throw refused(
            "role %s owns objects, or has privileges of its own: as an administrator, run REASSIGN OWNED and DROP OWNED BY %1$s in each database, then this command again"
                .formatted(name));
      }
      throw e;
    }
  }

  private boolean exists(String role) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT FROM pg_roles WHERE rolname = ?")) {
      statement.setString(1, role);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Runs a statement about roles, which takes no parameters: the server quotes them. */
  private void change(String purpose, String template, String name, String text)
      throws SQLException, RefusedException {
    try (PreparedStatement quote = connection.prepareStatement("SELECT format(?, ?, ?)")) {
      quote.setString(1, template);
      quote.setString(2, name);
      quote.setString(3, text);
      try (ResultSet row = quote.executeQuery();
          Statement statement = connection.createStatement()) {
        row.next();
        String change = row.getString(1);
        statement.execute(AS_LOGIN);
        statement.execute(change);
      }
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw refused(
            "this role may not %s: as an administrator, run ALTER ROLE %s CREATEROLE and GRANT %s TO %2$s"
                    .formatted(purpose, "AGGREGATOR", GROUP)
                + " WITH ADMIN OPTION, with the role of HARVESTER_DATABASE_URL for AGGREGATOR");
      }
      throw e;
    }
  }

  private RefusedException refused(String reason) throws SQLException {
    connection.rollback();
    return new RefusedException(reason);
  }
}
