package io.harvester.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements that go to the server together and are answered together: one round trip for all. The
 * first that fails ends the transaction, and those behind it are not run, a COMMIT neither.
 */
final class Pipeline {
  private final Connection connection;
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  Pipeline(Connection connection) {
    this.connection = connection;
  }

  /** Adds a statement that is run with the others. Parameters are read when it is run. */
  void add(String statement, Object... values) {
    if (!sql.isEmpty()) {
      sql.append(';');
    }
    sql.append(statement);
    parameters.addAll(List.of(values));
  }

  /** Runs what was added, and empties itself, whatever comes of it. */
  void run() throws SQLException {
    if (sql.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      statement.execute();
    } finally {
      clear();
    }
  }

  void clear() {
    sql.setLength(0);
    parameters.clear();
  }
}
