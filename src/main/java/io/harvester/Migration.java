// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.harvester.cli.migrate.MigrateRequest;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.migrate.MigrationException;
import io.harvester.migrate.Progress;
import io.harvester.migrate.SampleMigration;
import io.harvester.migrate.SampleMigration.Side;
import io.harvester.migrate.TargetWriter;
import io.harvester.postgres.SourceDatabase;
import io.harvester.postgres.migrate.CatalogCopy;
import io.harvester.postgres.pg.Jdbc;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Copies everything from the configured database to another one. */
final class Migration {
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Settings settings;
  private final MigrateRequest request;
  private final PrintStream out;
  private final Duration progress;

  private Migration(Settings settings, MigrateRequest request, PrintStream out, Duration progress) {
    this.settings = settings;
    this.request = request;
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs a migration to its end.
   *
   * @return whether both sides are equal
   * @throws StartException if it cannot go on; what was copied stays
   */
  static boolean run(Settings settings, MigrateRequest request, PrintStream out)
      throws StartException {
    LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    logging.getLogger("io.harvester").setLevel(Level.WARN);
    return run(settings, request, out, PROGRESS);
  }

  static boolean run(Settings settings, MigrateRequest request, PrintStream out, Duration progress)
      throws StartException {
    Migration migration = new Migration(settings, request, out, progress);
    if (settings.database().isPresent()) {
      return migration.from(settings.database().get());
    }
    DatabaseUrl running = runningEmbedded(settings.embedded().dataDir());
    if (running != null) {
      return migration.from(running);
    }
    try (EmbeddedPostgres embedded = DatabaseStart.embedded(settings.embedded())) {
      return migration.from(DatabaseUrl.parse(embedded.url()));
    }
  }

  /** The embedded database of an aggregator that runs; null: none runs. */
  private static DatabaseUrl runningEmbedded(Path dataDir) throws StartException {
    if (Files.notExists(dataDir.resolve("pgdata"))) {
      throw new StartException(
          "there is no embedded database in %s: set HARVESTER_DATA_DIR, or HARVESTER_DATABASE_URL"
              .formatted(dataDir.toAbsolutePath()));
    }
    try {
      DatabaseUrl url = DatabaseUrl.parse(Files.readString(dataDir.resolve("url")).strip());
      try (Connection connection = new Jdbc(url, CONNECT).open("harvester migrate")) {
        return connection.isValid(0) ? url : null;
      }
    } catch (IOException | SQLException e) {
      return null; // stopped, or killed: it is started here
    }
  }

  private boolean from(DatabaseUrl url) throws StartException {
    try (SourceDatabase source = source(url);
        MigrationTarget target = MigrationTarget.open(request.target(), settings);
        SourceDatabase written = SourceDatabase.open(request.target(), settings)) {
      refuseUnlike(source, written);
      out.printf("%s (%s) to %s (%s)%n", url, source.tier(), request.target(), written.tier());
      CatalogCopy catalog = source.catalogTo(written);
      if (request.copies()) {
        print(catalog.beforeSamples());
      }
      List<Long> hours = source.hours(request.from());
      SampleMigration.Result result = samples(source, target, written).run(hours, request.copies());
      if (request.copies()) {
        print(catalog.afterSamples());
      }
      return report(result, catalog.sqlReaders());
    } catch (MigrationException | SQLException e) {
      throw new StartException(
          e.getMessage() + "; what was copied stays, and the same command goes on from there");
    }
  }

  private SourceDatabase source(DatabaseUrl url) throws StartException {
    try {
      return SourceDatabase.open(url, settings);
    } catch (SQLException e) {
      throw new StartException("source " + url + ": " + e.getMessage());
    }
  }

  private static void refuseUnlike(SourceDatabase source, SourceDatabase target)
      throws SQLException, StartException {
    if (source.installation().equals(target.installation())) {
      throw new StartException("source and target are the same database");
    }
    if (!source.version().equals(target.version())) {
      throw new StartException(
          "the tables of the source have version %s, and those of this release %s: start the"
                  .formatted(source.version(), target.version())
              + " aggregator of this release on the source once");
    }
  }

  private SampleMigration samples(
      SourceDatabase source, MigrationTarget target, SourceDatabase written) throws SQLException {
    boolean exemplars = source.hasExemplars();
    return new SampleMigration(
        new Side(source.reader(), source.details(), exemplars),
        new Side(written.reader(), written.details(), exemplars),
        settings.nodeLabel(),
        new TargetWriter(target.pipeline(), settings.defaultNode()),
        new Progress(out, progress));
  }

  private void print(Map<String, Long> rows) {
    rows.forEach(
        (name, count) -> {
          if (count > 0) {
            out.printf("%s: %d%n", name, count);
          }
        });
  }

  private boolean report(SampleMigration.Result result, List<String> sqlReaders) {
    out.println(result.summary());
    if (!sqlReaders.isEmpty()) {
      out.printf(
          "readers with --sql are roles of the server, and are not copied; on the target: reader"
              + " add NAME --sql, for %s%n",
          String.join(", ", sqlReaders));
    }
    if (result.differing() == 0) {
      out.println("both sides are equal: every checksum of each node and hour is the same");
      return true;
    }
    result.differences().forEach(out::println);
    out.printf("%d checksums of a node and an hour differ%n", result.differing());
    return false;
  }
}
