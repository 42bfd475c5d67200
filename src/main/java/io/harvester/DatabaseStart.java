// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.embedded.EmbeddedPostgresException;
import io.harvester.postgres.Database;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the embedded PostgreSQL, and waits for a database that is starting. */
final class DatabaseStart {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseStart.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 1_000;

  private DatabaseStart() {}

  /** Opens a database. */
  @FunctionalInterface
  interface Opening {
    Database open(DatabaseUrl url) throws SQLException;
  }

  static EmbeddedPostgres embedded(Settings.Embedded options) throws StartException {
    try {
      return EmbeddedPostgres.start(
          options.dataDir(),
          new EmbeddedPostgres.Options(options.port(), !options.portGiven(), options.user()));
    } catch (EmbeddedPostgresException e) {
      throw new StartException(e.getMessage());
    }
  }

  /** Retries while the database is starting; fails at once if it refuses the connection. */
  static Database connect(DatabaseUrl url, Opening opening) throws StartException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        return opening.open(url);
      } catch (SQLException e) {
        String problem = "database " + url + ": " + e.getMessage();
        if (!Database.mayComeBack(e) || System.nanoTime() > deadline) {
          throw new StartException(problem + " (HARVESTER_DATABASE_URL)");
        }
        LOG.warn("{}; retrying", problem);
        pause();
      }
    }
  }

  private static void pause() throws StartException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting for the database");
    }
  }
}
