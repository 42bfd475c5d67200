// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.migrate;

import io.harvester.postgres.pg.Jdbc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies tables row by row as JSON, so that the target looks ids up by names. Each step may run
 * again: it inserts what is missing, and updates what has changed.
 */
public final class CatalogCopy {
  private static final String APPLICATION_NAME = "harvester migrate";
  private static final int BATCH = 1_000;

  private static final String SQL_READERS =
      "SELECT name FROM harvester.reader WHERE sql ORDER BY name";

  private final Jdbc source;
  private final Jdbc target;

  /** Takes both databases, which have the tables of the same release. */
  public CatalogCopy(Jdbc source, Jdbc target) {
    this.source = source;
    this.target = target;
  }

  /**
   * One table.
   *
   * @param name what its rows are, for people
   * @param query of the source
   * @param statement of the target, with one parameter: a JSON array of rows
   */
  record Step(String name, String query, String statement) {}

  /** Copies what samples need, and what does not need series: to be called before samples. */
  public Map<String, Long> beforeSamples() throws SQLException {
    return run(CatalogSteps.BEFORE_SAMPLES);
  }

  /**
   * Copies what refers to series, and what would be in the way of old samples: to be called when
   * all samples are there.
   */
  public Map<String, Long> afterSamples() throws SQLException {
    return run(CatalogSteps.AFTER_SAMPLES);
  }

  /** Readers that are roles of the source's server, whose passwords nobody can copy. */
  public List<String> sqlReaders() throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = source.open(APPLICATION_NAME);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SQL_READERS)) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }

  private Map<String, Long> run(List<Step> steps) throws SQLException {
    Map<String, Long> rows = new LinkedHashMap<>();
    try (Connection from = source.open(APPLICATION_NAME);
        Connection to = target.open(APPLICATION_NAME)) {
      from.setReadOnly(true);
      from.setAutoCommit(false); // otherwise pgjdbc fetches all rows at once
      for (Step step : steps) {
        try {
          rows.put(step.name(), copy(from, to, step));
        } catch (SQLException e) {
          throw new SQLException(step.name() + ": " + e.getMessage(), e.getSQLState(), e);
        }
      }
    }
    return rows;
  }

  private static long copy(Connection from, Connection to, Step step) throws SQLException {
    long rows = 0;
    List<String> batch = new ArrayList<>();
    String query = "SELECT to_jsonb(r)::text FROM (" + step.query() + ") AS r";
    try (Statement select = from.createStatement();
        PreparedStatement store = to.prepareStatement(step.statement())) {
      select.setFetchSize(BATCH);
      try (ResultSet row = select.executeQuery(query)) {
        while (row.next()) {
          batch.add(row.getString(1));
          if (batch.size() == BATCH) {
            rows += store(store, batch);
          }
        }
      }
      return rows + store(store, batch);
    }
  }

  private static long store(PreparedStatement store, List<String> batch) throws SQLException {
    int rows = batch.size();
    if (rows > 0) {
      store.setString(1, "[" + String.join(",", batch) + "]");
      store.executeUpdate();
      batch.clear();
    }
    return rows;
  }
}
