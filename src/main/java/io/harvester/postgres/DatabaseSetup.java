// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.postgres.layout.ColumnarLayout;
import io.harvester.postgres.layout.HypertableLayout;
import io.harvester.postgres.layout.PostgresLayout;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.Migrations;
import io.harvester.postgres.pg.StartCheck;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.rollup.Rollups;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks a database, chooses its storage tier and migrates its schema. */
final class DatabaseSetup {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseSetup.class);

  private DatabaseSetup() {}

  /**
   * Prepares the database.
   *
   * @param activeSeries number of series being written, which decides the time span of chunks
   * @return the layout of the tier
   * @throws SQLException if the database cannot be reached or refuses
   */
  static StorageLayout run(
      Vertx vertx, DatabaseUrl url, Jdbc jdbc, Settings settings, IntSupplier activeSeries)
      throws SQLException {
    Settings.Capacity capacity = settings.capacity();
    new StartCheck(jdbc, url, capacity.databaseTimeout()).run(vertx, connections(capacity));
    Migrations migrations = new Migrations(jdbc);
    Tier tier = migrations.findTier();
    StorageLayout layout = layout(tier, jdbc, settings.storage(), activeSeries);
    migrations.run(tier, layout.chunkInterval());
    LOG.info(
        "database {} tier={} chunk_minutes={}",
        jdbc,
        tier.label(),
        layout.chunkInterval().toMinutes());
    return layout;
  }

  /**
   * Writers have two each. Maintenance, retention and chunk creation have one each. Readers connect
   * when they are needed; a query fails if there is no connection for it.
   */
  private static int connections(Settings.Capacity capacity) {
    int cores = Runtime.getRuntime().availableProcessors();
    int writers =
        capacity.writers() > 0
            ? capacity.writers()
            : Stream.of(Tier.values()).mapToInt(tier -> tier.writers(cores)).max().orElseThrow();
    return 2 * writers + capacity.catalogConnections() + 3;
  }

  static StorageLayout layout(
      Tier tier, Jdbc jdbc, Settings.Storage storage, IntSupplier activeSeries) {
    Rollups rollups =
        new Rollups(storage.retention(), storage.rollup5mRetention(), storage.rollup1hRetention());
    return switch (tier) {
      case COLUMNAR ->
          new ColumnarLayout(
              jdbc, storage.chunkInterval(), activeSeries, storage.mergeInterval(), rollups);
      case HYPERTABLE ->
          new HypertableLayout(
              jdbc,
              storage.chunkInterval().orElse(HypertableLayout.defaultChunk(storage.packAfter())),
              storage.packAfter(),
              storage.retention(),
              rollups);
      case POSTGRES ->
          new PostgresLayout(
              jdbc,
              storage.chunkInterval().orElse(PostgresLayout.defaultChunk(storage.packAfter())),
              storage.packAfter(),
              storage.retention(),
              rollups);
    };
  }
}
