// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.series.PreloadedSeries;
import java.sql.Connection;
import java.sql.PreparedStatement;
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

  private static final int FETCH_SIZE = 10_000;

  /**
   * The series of nodes that wrote within one hour before the last write of any node. The newest
   * come first: where a node's series change, those are the active ones. An index has this order,
   * so that rows stream from the start.
   */
  private static final String RECENT =
      """
      SELECT r.fingerprint, r.series_id, r.node_id
        FROM harvester.series r JOIN harvester.node n USING (node_id)
       WHERE n.last_write_at
             > (SELECT max(last_write_at) FROM harvester.node) - interval '1 hour'
       ORDER BY r.series_id DESC
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
        Statement settings = connection.createStatement();
        PreparedStatement recent = connection.prepareStatement(RECENT)) {
      guard.check(connection);
      connection.setAutoCommit(false); // otherwise pgjdbc fetches all rows at once
      settings.execute("SET LOCAL cursor_tuple_fraction = 0.01");
      recent.setFetchSize(FETCH_SIZE);
      try (ResultSet row = recent.executeQuery()) {
        boolean room = true;
        while (room && System.nanoTime() - start < TIMEOUT.toNanos() && row.next()) {
          guard.seen(row.getLong(2));
          room = into.add(row.getObject(1, UUID.class), row.getLong(2), row.getInt(3));
        }
      }
      connection.rollback();
    }
    LOG.info(
        "{} series preloaded in {} ms",
        into.size(),
        Duration.ofNanos(System.nanoTime() - start).toMillis());
  }
}
