// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGStatement;

/**
 * Statements that are sent to the server together and answered together, in one round trip. The
 * first failure aborts the transaction; the statements after it, such as a COMMIT, are not run.
 */
public final class StatementPipeline {
  private final Connection connection;
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  /** The last SELECT, as long as an INSERT may follow to form one statement with it. */
  private String query;

  private final List<Object> queryParameters = new ArrayList<>();

  /** An empty pipeline of a connection. */
  public StatementPipeline(Connection connection) {
    this.connection = connection;
  }

  /** Adds a statement. Its parameters are read when the pipeline is run. */
  public void add(String statement, Object... values) {
    addPendingQuery();
    append(statement, values);
  }

  /** Adds a SELECT. If {@link #addInsert} follows at once, the two form one statement. */
  public void addQuery(String select, Object... values) {
    addPendingQuery();
    query = select;
    queryParameters.addAll(List.of(values));
  }

  /**
   * Adds an INSERT that returns nothing. With a query just before it, it forms one statement, which
   * costs the server less than two. The INSERT then runs after the query (PostgreSQL manual, "WITH
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

  /** Adds the last SELECT as a statement of its own, unless an INSERT took it. */
  private void addPendingQuery() {
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

  /**
   * Runs the statements and empties the pipeline, also on failure.
   *
   * @throws SQLException of the first statement that fails
   */
  public void run() throws SQLException {
    addPendingQuery();
    if (sql.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      // The same statements recur in every transaction: the server parses and plans each once.
      statement.unwrap(PGStatement.class).setPrepareThreshold(1);
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      statement.execute();
    } finally {
      clear();
    }
  }

  /** Removes all statements without running them. */
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
