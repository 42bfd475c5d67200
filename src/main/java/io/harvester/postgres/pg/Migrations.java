// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the storage tier and applies the files of {@code sql/} to the database. */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private static final String APPLICATION_NAME = "harvester migrations";

  private final Jdbc jdbc;

  /** Migrates the database that these connections lead to. */
  public Migrations(Jdbc jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Returns the tier of an existing schema, or the best tier that the server supports. Creates the
   * TimescaleDB extension if the server offers it and the role may create it.
   */
  public Tier findTier() throws SQLException {
    try (Connection connection = jdbc.open(APPLICATION_NAME)) {
      Optional<String> existing =
          text(
              connection,
              "SELECT relkind::text FROM pg_class WHERE oid = to_regclass('harvester.sample')");
      if (existing.isPresent()) { // the tier is fixed when the table is created
        Tier tier = existingTier(connection, existing.get());
        checkEdition(connection, tier);
        return tier;
      }
      if (!hasTimescale(connection, true)) {
        return Tier.POSTGRES;
      }
      return hasDirectCompress(connection) ? Tier.COLUMNAR : Tier.HYPERTABLE;
    }
  }

  /**
   * The edition may have changed since the first start; the tier has not.
   *
   * @throws SQLException if the server no longer offers what the tier needs
   */
  private static void checkEdition(Connection connection, Tier tier) throws SQLException {
    boolean timescale = hasTimescale(connection, false);
    Tier best =
        !timescale
            ? Tier.POSTGRES
            : hasDirectCompress(connection) ? Tier.COLUMNAR : Tier.HYPERTABLE;
    if (tier == Tier.COLUMNAR && best != Tier.COLUMNAR) {
      throw new SQLException(
          "the samples are stored by TimescaleDB's community edition, and timescaledb.license is "
              + text(connection, "SELECT current_setting('timescaledb.license', true)").orElse("")
              + ": set timescaledb.license = 'timescale' in postgresql.conf, and install the"
              + " community edition if this is another one",
          "0A000");
    }
    if (best.compareTo(tier) != 0) {
      LOG.warn(
          "this server offers the tier {}, and the samples stay in the tier {}, which was chosen at"
              + " the first start. To move, start on an empty database: docs/database.md",
          best.label(),
          tier.label());
    }
  }

  private static Tier existingTier(Connection connection, String kind) throws SQLException {
    if (kind.equals("p")) {
      return Tier.POSTGRES;
    }
    boolean unique =
        text(connection, "SELECT to_regclass('harvester.sample_series_time')::text").isPresent();
    return unique ? Tier.HYPERTABLE : Tier.COLUMNAR;
  }

  /**
   * Whether the server supports direct compress: the community edition from 2.29.1 on. Earlier
   * releases lose samples.
   */
  private static boolean hasDirectCompress(Connection connection) throws SQLException {
    String community = "SELECT 1 WHERE current_setting('timescaledb.license', true) = 'timescale'";
    String recent =
        """
        SELECT 1 FROM pg_extension
         WHERE extname = 'timescaledb'
           AND string_to_array(split_part(extversion, '-', 1), '.')::int[] >= '{2,29,1}'
        """;
    return text(connection, community).isPresent() && text(connection, recent).isPresent();
  }

  private static boolean hasTimescale(Connection connection, boolean create) throws SQLException {
    String installed = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'";
    if (text(connection, installed).isPresent()) {
      return true;
    }
    String available =
        "SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'";
    if (text(connection, available).isEmpty()) {
      return false;
    }
    // CREATE EXTENSION ends the connection if the library is not preloaded.
    if (text(connection, "SELECT current_setting('timescaledb.disable_load', true)").isEmpty()) {
      LOG.warn(
          "TimescaleDB is installed but not loaded: add timescaledb to shared_preload_libraries"
              + " before the first start to use it; using plain PostgreSQL");
      return false;
    }
    if (!create) {
      return true;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
      return true;
    } catch (SQLException e) {
      LOG.warn(
          "TimescaleDB is available, but this role may not create the extension; run CREATE"
              + " EXTENSION timescaledb as a superuser before the first start to use it ({})",
          SqlErrors.describe(e));
      return false;
    }
  }

  /**
   * Applies the pending migrations of {@code sql/common}, of the tier's folder, and of {@code
   * sql/indexed} where each sample has an index entry.
   *
   * @param chunk the chunk interval of table {@code sample} on a new TimescaleDB schema
   * @throws SQLException if the database cannot be reached or a migration fails
   */
  public void run(Tier tier, Duration chunk) throws SQLException {
    try {
      createSchemas();
      Flyway.configure()
          .dataSource(dataSource())
          .schemas(Jdbc.SCHEMA)
          .locations(folders(tier))
          .placeholders(
              Map.of(
                  "chunk_interval",
                  chunk.toSeconds() + " seconds",
                  "partition_by_time",
                  tier == Tier.POSTGRES ? "PARTITION BY RANGE (time)" : ""))
          .load()
          .migrate();
      afterMigrations();
    } catch (FlywayException e) {
      Throwable cause = e.getCause();
      throw cause instanceof SQLException sql
          ? sql
          : new SQLException("migration failed: " + e.getMessage(), e);
    }
  }

  private static String[] folders(Tier tier) {
    Stream<String> folders = Stream.of("common", tier.label());
    return (tier == Tier.COLUMNAR ? folders : Stream.concat(folders, Stream.of("indexed")))
        .map(folder -> "classpath:sql/" + folder)
        .toArray(String[]::new);
  }

  /**
   * Creates missing schemas. {@code CREATE SCHEMA IF NOT EXISTS} would need the right to create
   * them even if they exist. If a restore left some out, the functions in them are created again.
   */
  private void createSchemas() throws SQLException {
    try (Connection connection = jdbc.open(APPLICATION_NAME);
        Statement statement = connection.createStatement()) {
      boolean migrated =
          text(connection, "SELECT to_regclass('harvester.flyway_schema_history')::text")
              .isPresent();
      boolean created = false;
      for (String schema : RightsCheck.SCHEMAS) {
        if (text(connection, "SELECT to_regnamespace('" + schema + "')::text").isEmpty()) {
          statement.execute("CREATE SCHEMA " + schema);
          created = true;
        }
      }
      if (migrated && created) {
        LOG.warn("schemas that were missing are created again; their views follow");
        statement.execute("DELETE FROM harvester.flyway_schema_history WHERE version IS NULL");
      }
    }
  }

  /** What a migration cannot do once and for all: roles may be created, and objects restored. */
  private void afterMigrations() throws SQLException {
    try (Connection connection = jdbc.open(APPLICATION_NAME);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT harvester.grant_privileges(); SELECT harvester.set_search_path();"
              + " SELECT harvester.forget_lost_views()");
    }
  }

  /**
   * pgjdbc's data source with the address, credentials, TLS options and timeouts of {@link Jdbc}.
   */
  PGSimpleDataSource dataSource() {
    PGSimpleDataSource source = new SessionDataSource();
    source.setURL(jdbc.jdbcUrl());
    Properties properties = jdbc.properties(APPLICATION_NAME);
    for (String name : properties.stringPropertyNames()) {
      PGProperty property = PGProperty.forName(name);
      if (property != null) { // DriverManager ignores unknown options of the URL, too
        source.setProperty(property, properties.getProperty(name));
      }
    }
    return source;
  }

  private static Optional<String> text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }
}
