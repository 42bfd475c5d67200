// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Series of one node to be packed in one transaction.
 *
 * @param seriesIds ascending
 * @param from the first ms of the hour
 * @param rows how many they had when the chunk was looked through
 */
record PackTask(int nodeId, long[] seriesIds, long from, long rows) {
  /** What a transaction moves at most; its result is held in memory. */
  private static final long MAX_ROWS = 200_000;

  private static final int FETCH_SIZE = 10_000;

  private static final String CONTENT =
      """
      SELECT (extract(epoch FROM hour) * 1000)::bigint, node_id, series_id, rows
        FROM (SELECT date_bin('1 hour', time, '1970-01-01Z') AS hour, node_id, series_id,
                     count(*) AS rows
                FROM %s GROUP BY 1, 2, 3) c
       ORDER BY 1, 2, 3
      """;

  /** Two tasks of half the series each; of a single series, the task itself. */
  List<PackTask> halves() {
    int middle = seriesIds.length / 2;
    if (middle == 0) {
      return List.of(this);
    }
    long first = rows * middle / seriesIds.length;
    return List.of(
        new PackTask(nodeId, Arrays.copyOf(seriesIds, middle), from, first),
        new PackTask(
            nodeId, Arrays.copyOfRange(seriesIds, middle, seriesIds.length), from, rows - first));
  }

  /** Divides the rows of a chunk. */
  static List<PackTask> of(Connection connection, String chunk) throws SQLException {
    connection.setAutoCommit(false); // for the fetch size
    List<PackTask> tasks = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH_SIZE);
      try (ResultSet row = statement.executeQuery(CONTENT.formatted(chunk))) {
        long[] ids = new long[1024];
        int count = 0;
        long rows = 0;
        long from = 0;
        int node = 0;
        while (row.next()) {
          if (count > 0
              && (row.getLong(1) != from
                  || row.getInt(2) != node
                  || rows + row.getLong(4) > MAX_ROWS)) {
            tasks.add(new PackTask(node, Arrays.copyOf(ids, count), from, rows));
            count = 0;
            rows = 0;
          }
          from = row.getLong(1);
          node = row.getInt(2);
          rows += row.getLong(4);
          ids = count == ids.length ? Arrays.copyOf(ids, count * 2) : ids;
          ids[count++] = row.getLong(3);
        }
        if (count > 0) {
          tasks.add(new PackTask(node, Arrays.copyOf(ids, count), from, rows));
        }
      }
      return tasks;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
