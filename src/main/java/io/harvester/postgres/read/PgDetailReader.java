// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.read.DetailReader;
import io.harvester.read.Matcher;
import io.harvester.read.SeriesReader;
import io.harvester.read.SeriesSelection;
import io.harvester.storage.StoreException;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads metadata and exemplars from PostgreSQL. */
final class PgDetailReader implements DetailReader {
  private static final String METADATA =
      """
      SELECT coalesce(family, name), name, coalesce(type, 'unknown'), coalesce(help, ''),
             coalesce(unit, '')
        FROM harvester.metric
       WHERE (type IS NOT NULL OR help IS NOT NULL OR unit IS NOT NULL)
         AND (? = '' OR coalesce(family, name) = ? OR name = ?)
      """;

  private static final String EXEMPLARS =
      """
      SELECT series_id, time, value, labels::text FROM harvester.exemplar
       WHERE series_id = ANY (?) AND time BETWEEN ? AND ?
       ORDER BY series_id, time LIMIT %d
      """;

  /** A browser draws no more. */
  private static final int MAX_EXEMPLARS = 50_000;

  private static final long LATEST = 253_402_300_799_999L;

  private final ReadConnections connections;
  private final SeriesReader series;

  PgDetailReader(ReadConnections connections, SeriesReader series) {
    this.connections = connections;
    this.series = series;
  }

  @Override
  public Map<String, Metadata> metadata(String family) throws StoreException {
    Map<String, Metadata> found = new TreeMap<>();
    try {
      connections.use(connection -> readMetadata(connection, family, found));
    } catch (SQLException e) {
      throw SqlErrors.translate("metadata cannot be read", e);
    }
    return found;
  }

  private static void readMetadata(
      Connection connection, String family, Map<String, Metadata> found) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(METADATA)) {
      for (int parameter = 1; parameter <= 3; parameter++) {
        select.setString(parameter, family);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String type = row.getString(3);
          String help = row.getString(4);
          String unit = row.getString(5);
          found
              .computeIfAbsent(
                  row.getString(1), name -> new Metadata(type, help, unit, new TreeSet<>()))
              .metrics()
              .add(row.getString(2));
        }
      }
    }
  }

  @Override
  public List<SeriesExemplars> exemplars(List<Matcher> matchers, long from, long to)
      throws StoreException {
    SeriesSelection selection = series.find(matchers, Long.MIN_VALUE);
    Map<Long, Integer> positions = new HashMap<>();
    for (int i = 0; i < selection.count(); i++) {
      positions.put(selection.id(i), i);
    }
    Map<Integer, List<Exemplar>> bySeries = new TreeMap<>();
    if (!positions.isEmpty()) {
      try {
        connections.use(
            connection -> readExemplars(connection, positions, Math.max(from, 0), to, bySeries));
      } catch (SQLException e) {
        throw SqlErrors.translate("exemplars cannot be read", e);
      }
    }
    List<SeriesExemplars> result = new ArrayList<>();
    bySeries.forEach(
        (position, exemplars) ->
            result.add(new SeriesExemplars(selection.labels(position), exemplars)));
    return result;
  }

  private static void readExemplars(
      Connection connection,
      Map<Long, Integer> positions,
      long from,
      long to,
      Map<Integer, List<Exemplar>> into)
      throws SQLException {
    Set<Long> ids = positions.keySet();
    try (PreparedStatement select =
        connection.prepareStatement(EXEMPLARS.formatted(MAX_EXEMPLARS))) {
      select.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
      select.setObject(2, PgTimestamps.utc(from));
      select.setObject(3, PgTimestamps.utc(Math.min(to, LATEST)));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          into.computeIfAbsent(positions.get(row.getLong(1)), p -> new ArrayList<>())
              .add(
                  new Exemplar(
                      labels(row.getString(4)), row.getDouble(3), row.getTimestamp(2).getTime()));
        }
      }
    }
  }

  private static Map<String, String> labels(String json) {
    Map<String, String> labels = new TreeMap<>();
    new JsonObject(json).forEach(e -> labels.put(e.getKey(), (String) e.getValue()));
    return labels;
  }
}
