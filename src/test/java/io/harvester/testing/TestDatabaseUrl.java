// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import io.harvester.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** {@code postgresql://user:password@host:port/database}, and connections to that database. */
public record TestDatabaseUrl(String text) {
  /** Checks the URL. */
  public TestDatabaseUrl {
    DatabaseUrl.parse(text);
  }

  /** The host. */
  public String host() {
    return DatabaseUrl.parse(text).hosts().get(0).host();
  }

  /** The port. */
  public int port() {
    return DatabaseUrl.parse(text).hosts().get(0).port();
  }

  /** The same database through a proxy on this machine. */
  public String through(int proxyPort) {
    return text.replaceFirst("@[^@/]+/", "@127.0.0.1:" + proxyPort + "/");
  }

  /** Another database of the same server, as the same user. */
  public TestDatabaseUrl withDatabase(String database) {
    return new TestDatabaseUrl(text.replaceFirst("^(postgresql://[^/]+)/.*$", "$1/" + database));
  }

  /** The same database as another user; name and password must not need escaping. */
  public TestDatabaseUrl withUser(String user, String password) {
    return new TestDatabaseUrl(
        text.replaceFirst("^postgresql://[^@/]+@", "postgresql://" + user + ":" + password + "@"));
  }

  /** Opens a connection; the caller closes it. */
  public Connection connect() throws SQLException {
    DatabaseUrl url = DatabaseUrl.parse(text);
    String jdbc =
        "jdbc:postgresql://%s/%s?connectTimeout=5&targetServerType=%s"
            .formatted(url.authority(), url.database(), url.hosts().size() > 1 ? "primary" : "any");
    return DriverManager.getConnection(jdbc, url.user(), url.password());
  }

  /** Runs a statement on a new connection. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** All rows of a query on a new connection; values as the driver returns them. */
  public List<List<Object>> query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
          row.add(result.getObject(column));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** The only value of a query. */
  public Object value(String sql) throws SQLException {
    return query(sql).get(0).get(0);
  }
}
