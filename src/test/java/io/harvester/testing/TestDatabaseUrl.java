package io.harvester.testing;

import io.harvester.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code postgresql://user:password@host:port/database}, as the service is configured, and what
 * tests do with it.
 */
public record TestDatabaseUrl(String text) {
  /** The same server and user, another database. */
  public TestDatabaseUrl withDatabase(String database) {
    return new TestDatabaseUrl(text.replaceFirst("^(postgresql://[^/]+)/.*$", "$1/" + database));
  }

  /** The same server and database, another user; neither name nor password may need escaping. */
  public TestDatabaseUrl withUser(String user, String password) {
    return new TestDatabaseUrl(
        text.replaceFirst("^postgresql://[^@/]+@", "postgresql://" + user + ":" + password + "@"));
  }

  /** A connection of its own, to be closed by the caller. */
  public Connection connect() throws SQLException {
    DatabaseUrl url = DatabaseUrl.parse(text);
    String jdbc =
        "jdbc:postgresql://%s:%d/%s?connectTimeout=5"
            .formatted(url.host(), url.port(), url.database());
    return DriverManager.getConnection(jdbc, url.user(), url.password());
  }

  /** Runs a statement on a connection of its own. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** All rows of a query, on a connection of its own; values as the driver gives them. */
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

  /** The only value that a query gives. */
  public Object value(String sql) throws SQLException {
    return query(sql).get(0).get(0);
  }
}
