// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the small batches of an open chunk: those that writers inserted and no merge has replaced.
 * A batch has no column that says so. A small one holds a scrape or a few, so it spans a short
 * time; one that the merge of a window made spans most of the window. The answer is in the database
 * alone: it is right after a restart, and for every aggregator.
 */
public final class SmallBatches {
  /** A batch that spans less than this fraction of a window is small. */
  private static final int FRACTION = 4;

  /**
   * The small batches of one node in one window.
   *
   * @param start start of the window
   * @param batches number of small batches
   * @param rows number of their samples
   * @param layers how many of them overlap, on average over the range of series ids
   * @param newest the newest sample of the node in the chunk
   * @param places places of the batches, comma-separated
   */
  public record Window(
      int nodeId,
      Instant start,
      int batches,
      long rows,
      double layers,
      Instant newest,
      String places) {
    /** A query of one series decompresses as many batches; fewer are not worth a merge. */
    static final int MIN_LAYERS = 4;

    /** Batches of a single series each form no layers; there should be few of them, too. */
    private static final int ROWS_PER_BATCH = 250;

    /** A node's requests overtake one another by seconds. */
    static final Duration SETTLED_AFTER = Duration.ofSeconds(20);

    /**
     * Whether the window is to be merged: the node has newer samples than the window, and a merge
     * leaves far fewer batches, or far fewer that overlap. The rest of a node that fell silent is
     * merged when the chunk closes.
     *
     * @param width time span of the window
     */
    public boolean isDue(Duration width) {
      boolean finished = !newest.isBefore(start.plus(width).plus(SETTLED_AFTER));
      boolean many = batches >= MIN_LAYERS * (rows / ROWS_PER_BATCH + 1);
      return finished && (layers > MIN_LAYERS - 0.5 || many); // batches of a scrape leave gaps
    }
  }

  /**
   * What was found in a chunk.
   *
   * @param windows the windows with several small batches, in ascending order
   * @param rows number of samples in the chunk
   */
  public record Found(List<Window> windows, long rows) {}

  private SmallBatches() {}

  /** The condition that a batch is small. */
  static String condition(Duration window) {
    return "_ts_meta_max_2 - _ts_meta_min_2 < interval '%d ms'"
        .formatted(window.toMillis() / FRACTION);
  }

  /** The start of the window that a batch is in. */
  static String windowStart(Duration window) {
    return "date_bin(interval '%d ms', _ts_meta_min_2, timestamptz 'epoch')"
        .formatted(window.toMillis());
  }

  /**
   * Searches a chunk.
   *
   * @param table the table of its batches
   * @param window time span of a window
   */
  public static Found find(Connection connection, CompressedTable table, Duration window)
      throws SQLException {
    String sql =
        """
        SELECT node_id, start, batches, rows, width / (last - first + 1), newest, places, total
          FROM (SELECT node_id, %1$s AS start,
                       count(*) FILTER (WHERE %2$s) AS batches,
                       sum(_ts_meta_count) FILTER (WHERE %2$s) AS rows,
                       sum(_ts_meta_max_1::float8 - _ts_meta_min_1 + 1) FILTER (WHERE %2$s) AS width,
                       min(_ts_meta_min_1::float8) FILTER (WHERE %2$s) AS first,
                       max(_ts_meta_max_1::float8) FILTER (WHERE %2$s) AS last,
                       max(max(_ts_meta_max_2)) OVER (PARTITION BY node_id) AS newest,
                       string_agg(ctid::text, ',') FILTER (WHERE %2$s) AS places,
                       sum(sum(_ts_meta_count)) OVER () AS total
                  FROM %3$s GROUP BY 1, 2) w
         WHERE batches >= ? ORDER BY start, node_id
        """
            .formatted(windowStart(window), condition(window), table.name());
    List<Window> windows = new ArrayList<>();
    long total = 0;
    try (PreparedStatement find = connection.prepareStatement(sql)) {
      find.setInt(1, Window.MIN_LAYERS);
      try (ResultSet row = find.executeQuery()) {
        while (row.next()) {
          windows.add(
              new Window(
                  row.getInt(1),
                  row.getTimestamp(2).toInstant(),
                  row.getInt(3),
                  row.getLong(4),
                  row.getDouble(5),
                  row.getTimestamp(6).toInstant(),
                  row.getString(7)));
          total = row.getLong(8);
        }
      }
    }
    return new Found(windows, total);
  }
}
