package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the storage tier and brings the schema up to date with the files of {@code sql/}. */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private final Jdbc jdbc;

  public Migrations(Jdbc jdbc) {
    this.jdbc = jdbc;
  }

  /** Creates the extension where that is possible, then tells what the server offers. */
  public Tier findTier() throws SQLException {
    try (Connection connection = jdbc.open("harvester migrate")) {
      Optional<String> existing =
          text(
              connection,
              "SELECT relkind::text FROM pg_class WHERE oid = to_regclass('harvester.sample')");
      if (existing.isPresent()) { // a tier is chosen once, when the table is made
        return existingTier(connection, existing.get());
      }
      if (!hasTimescale(connection)) {
        return Tier.POSTGRES;
      }
      return hasDirectCompress(connection) ? Tier.COLUMNAR : Tier.HYPERTABLE;
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

  /** Whether samples can go straight into the columnstore; releases before 2.29.1 lose some. */
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

  private static boolean hasTimescale(Connection connection) throws SQLException {
    String installed = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'";
    if (text(connection, installed).isPresent()) {
      return true;
    }
    String available =
        "SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'";
    if (text(connection, available).isEmpty()) {
      return false;
    }
    // Without the preloaded library CREATE EXTENSION would end the connection.
    if (text(connection, "SELECT current_setting('timescaledb.disable_load', true)").isEmpty()) {
      LOG.warn(
          "TimescaleDB is installed but not loaded: add timescaledb to shared_preload_libraries"
              + " before the first start to use it; going on with plain PostgreSQL");
      return false;
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

  /** Runs what is missing of {@code sql/common} and the tier's own folder. */
  public void run(Tier tier, Duration chunk) throws SQLException {
    try {
      Flyway.configure()
          .dataSource(new JdbcDataSource(jdbc, "harvester migrate"))
          .schemas(Jdbc.SCHEMA)
          .locations(locations(tier))
          .placeholders(
              Map.of(
                  "chunk_interval",
                  chunk.toSeconds() + " seconds",
                  "partition_by_time",
                  tier == Tier.POSTGRES ? "PARTITION BY RANGE (time)" : ""))
          .load()
          .migrate();
    } catch (FlywayException e) {
      Throwable cause = e.getCause();
      throw cause instanceof SQLException sql
          ? sql
          : new SQLException("migration failed: " + e.getMessage(), e);
    }
  }

  private static String[] locations(Tier tier) {
    return tier == Tier.POSTGRES
        ? new String[] {"classpath:sql/common", "classpath:sql/postgres"}
        : new String[] {
          "classpath:sql/common", "classpath:sql/timescale", "classpath:sql/" + tier.label()
        };
  }

  private static Optional<String> text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }
}
