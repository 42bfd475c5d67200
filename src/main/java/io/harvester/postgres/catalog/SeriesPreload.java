// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.series.PreloadedSeries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads recently active series from the catalog in one streamed query, so that a million series
 * need not be looked up request by request after a restart.
 */
public final class SeriesPreload {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesPreload.class);

  /** By then most senders have written, and their series were looked up. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Some ten thousand series, so that each query takes little memory and time. */
  private static final long PAGES_PER_QUERY = 1_000;

  private static final String PAGES =
      "SELECT pg_relation_size('harvester.series') / current_setting('block_size')::int";

  /**
   * The series of nodes that wrote within one hour before the last write of any node. The newest
   * come first: where a node's series change, those are the active ones. The end of the table has
   * the newest rows, and no index has their order.
   */
  private static final String RECENT =
      """
      SELECT r.fingerprint, r.series_id, r.node_id
        FROM harvester.series r JOIN harvester.node n USING (node_id)
       WHERE r.ctid >= '(%d,0)'::tid AND r.ctid < '(%d,0)'::tid
         AND n.last_write_at
             > (SELECT max(last_write_at) FROM harvester.node) - interval '1 hour'
      """;

  private final Jdbc jdbc;
  private final InstallationGuard guard;

  /** Opens a connection of its own when run. */
  public SeriesPreload(Jdbc jdbc, InstallationGuard guard) {
    this.jdbc = jdbc;
    this.guard = guard;
  }

  /**
   * Adds series until there is no room, none is left, or thirty seconds have passed.
   *
   * @throws SQLException if the query fails; the series added before it remain valid
   */
  public void run(PreloadedSeries into) throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = jdbc.open("harvester preload");
        Statement statement = connection.createStatement()) {
      guard.check(connection);
      long end = pages(statement);
      while (end > 0 && System.nanoTime() - start < TIMEOUT.toNanos()) {
        long from = Math.max(0, end - PAGES_PER_QUERY);
        end = add(statement, RECENT.formatted(from, end), into) ? from : 0;
      }
    }
    LOG.info(
        "{} series preloaded in {} ms",
        into.size(),
        Duration.ofNanos(System.nanoTime() - start).toMillis());
  }

  private static long pages(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(PAGES)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Returns whether there is room for more. */
  private boolean add(Statement statement, String query, PreloadedSeries into) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      boolean room = true;
      while (room && row.next()) {
        guard.seen(row.getLong(2));
        room = into.add(row.getObject(1, UUID.class), row.getLong(2), row.getInt(3));
      }
      return room;
    }
  }
}
