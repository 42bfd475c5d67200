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
 * Reads the catalog's rows of recently active series in one streamed query, so that after a restart
 * a million series need not be looked up request by request.
 */
public final class SeriesPreload {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesPreload.class);

  /** Beyond that most senders have been here, and their series were looked up. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final int ROWS_AT_A_TIME = 10_000;

  /**
   * Of the nodes that wrote within an hour of the last write of all. The newest series come first:
   * in a node whose series change, they are the living ones; and the order is an index's, so that
   * rows stream from the first moment.
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

  public SeriesPreload(Jdbc jdbc, InstallationGuard guard) {
    this.jdbc = jdbc;
    this.guard = guard;
  }

  public void run(PreloadedSeries into) throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = jdbc.open("harvester series preload");
        Statement settings = connection.createStatement();
        PreparedStatement recent = connection.prepareStatement(RECENT)) {
      guard.check(connection);
      connection.setAutoCommit(false); // else everything is fetched at once
      settings.execute("SET LOCAL cursor_tuple_fraction = 0.01");
      recent.setFetchSize(ROWS_AT_A_TIME);
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
        "{} series read ahead in {} ms",
        into.size(),
        Duration.ofNanos(System.nanoTime() - start).toMillis());
  }
}
