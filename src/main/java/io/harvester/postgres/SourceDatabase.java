// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.postgres.layout.ChunkSpan;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.migrate.CatalogCopy;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.Migrations;
import io.harvester.postgres.read.PgSeriesReader;
import io.harvester.read.DetailReader;
import io.harvester.read.SeriesReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** A database that is only read: the source of a migration. An aggregator may write to it. */
public final class SourceDatabase implements AutoCloseable {
  private static final int READERS = 2;
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  private static final String IS_READY =
      "SELECT to_regclass('harvester.sample') IS NOT NULL"
          + " AND to_regclass('harvester.flyway_schema_history') IS NOT NULL";

  private static final String VERSION =
      "SELECT max(version::int)::text FROM harvester.flyway_schema_history"
          + " WHERE version ~ '^[0-9]+$' AND success";

  private static final String INSTALLATION =
      "SELECT installation_id::text FROM harvester.installation";

  private static final String HAS_EXEMPLARS =
      "SELECT EXISTS (SELECT FROM harvester.exemplar)::text";

  private final Jdbc jdbc;
  private final StorageLayout layout;
  private final PgSeriesReader reader;

  private SourceDatabase(Jdbc jdbc, StorageLayout layout, PgSeriesReader reader) {
    this.jdbc = jdbc;
    this.layout = layout;
    this.reader = reader;
  }

  /**
   * Connects, and changes nothing.
   *
   * @throws SQLException if it cannot be reached, or no aggregator has written to it
   */
  public static SourceDatabase open(DatabaseUrl url, Settings settings) throws SQLException {
    Jdbc jdbc = new Jdbc(url, settings.capacity().databaseTimeout());
    if (!value(jdbc, IS_READY).equals("t")) {
      throw new SQLException("it has no tables of Harvester: there is nothing to migrate");
    }
    StorageLayout layout =
        DatabaseSetup.layout(new Migrations(jdbc).findTier(), jdbc, settings.storage(), () -> 0);
    return new SourceDatabase(
        jdbc, layout, new PgSeriesReader(jdbc, settings.nodeLabel(), layout.source(), READERS));
  }

  /** The version of its tables, which must be that of this release. */
  public String version() throws SQLException {
    return value(jdbc, VERSION);
  }

  /** Its id, which no other database has; a copy of its files has it. */
  public String installation() throws SQLException {
    return value(jdbc, INSTALLATION);
  }

  /** The name of its tier. */
  public String tier() {
    return layout.tier().label();
  }

  /** Whether it has exemplars. */
  public boolean hasExemplars() throws SQLException {
    return value(jdbc, HAS_EXEMPLARS).equals("true");
  }

  /** Reads series. */
  public SeriesReader reader() {
    return reader;
  }

  /** Reads exemplars. */
  public DetailReader details() {
    return reader.details();
  }

  /** What is to be copied beside samples. */
  public CatalogCopy catalogTo(SourceDatabase target) {
    return new CatalogCopy(jdbc, target.jdbc);
  }

  /**
   * The hours that can have samples, by the chunks or partitions that there are.
   *
   * @param from the first one, or the hour that it is in
   * @return their starts, ms since the epoch, ascending
   */
  public List<Long> hours(Instant from) throws SQLException {
    TreeSet<Long> hours = new TreeSet<>();
    long first = Math.floorDiv(from.toEpochMilli(), HOUR_MILLIS) * HOUR_MILLIS;
    try (Connection connection = jdbc.open("harvester migrate")) {
      for (ChunkSpan span : layout.spans(connection)) {
        long start = Math.floorDiv(span.start().toEpochMilli(), HOUR_MILLIS) * HOUR_MILLIS;
        for (long hour = start; hour < span.end().toEpochMilli(); hour += HOUR_MILLIS) {
          if (hour >= first) {
            hours.add(hour);
          }
        }
      }
    }
    return List.copyOf(hours);
  }

  private static String value(Jdbc jdbc, String query) throws SQLException {
    try (Connection connection = jdbc.open("harvester migrate");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
