package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGStatement;

/**
 * Statements that go to the server together and are answered together: one round trip for all. The
 * first that fails ends the transaction, and those behind it are not run, a COMMIT neither.
 */
public final class StatementPipeline {
  private final Connection connection;
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  /** A SELECT that waits for an INSERT to become one statement with it. */
  private String query;

  private final List<Object> queryParameters = new ArrayList<>();

  public StatementPipeline(Connection connection) {
    this.connection = connection;
  }

  /** Adds a statement that is run with the others. Parameters are read when it is run. */
  public void add(String statement, Object... values) {
    separate();
    append(statement, values);
  }

  /** Adds a SELECT, which the next INSERT is combined with if it follows at once. */
  public void addQuery(String select, Object... values) {
    separate();
    query = select;
    queryParameters.addAll(List.of(values));
  }

  /**
   * Adds an INSERT that returns nothing. Together with a query before it, it is one statement,
   * which costs the server less than two; it is run after the query (PostgreSQL manual, "WITH
   * Queries", Data-Modifying Statements in WITH).
   */
  public void addInsert(String insert, Object... values) {
    if (query == null) {
      append(insert, values);
    } else {
      append("WITH inserted AS (" + insert + ") " + query, values);
      parameters.addAll(queryParameters);
      forgetQuery();
    }
  }

  /** A query that no INSERT followed stands for itself. */
  private void separate() {
    if (query != null) {
      append(query, queryParameters.toArray());
      forgetQuery();
    }
  }

  private void append(String statement, Object... values) {
    if (!sql.isEmpty()) {
      sql.append(';');
    }
    sql.append(statement);
    parameters.addAll(List.of(values));
  }

  /** Runs what was added, and empties itself, whatever comes of it. */
  public void run() throws SQLException {
    separate();
    if (sql.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      // All of them come again and again: the server parses and plans each once.
      statement.unwrap(PGStatement.class).setPrepareThreshold(1);
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      statement.execute();
    } finally {
      clear();
    }
  }

  public void clear() {
    sql.setLength(0);
    parameters.clear();
    forgetQuery();
  }

  private void forgetQuery() {
    query = null;
    queryParameters.clear();
  }
}
