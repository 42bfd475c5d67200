// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the database of an aggregator with the same settings. */
final class ConfiguredDatabase {
  private ConfiguredDatabase() {}

  /** The configured database; without one, the embedded PostgreSQL, which must be running. */
  static DatabaseUrl url(Settings settings) throws CommandException {
    return settings.database().isPresent()
        ? settings.database().get()
        : runningEmbedded(settings.embedded().dataDir());
  }

  /**
   * The same database with a role that may create roles: the superuser of the embedded PostgreSQL,
   * whose own role may not; in another server, the role of the URL.
   */
  static DatabaseUrl forRoles(Settings settings) throws CommandException {
    DatabaseUrl url = url(settings);
    if (settings.database().isPresent()) {
      return url;
    }
    Path file = settings.embedded().dataDir().resolve("password.postgres");
    try {
      return url.withUser("postgres", Files.readString(file).strip());
    } catch (IOException e) {
      throw new CommandException(
          "cannot read " + file + ": run the command as the user of the aggregator, or as root");
    }
  }

  private static DatabaseUrl runningEmbedded(Path dataDir) throws CommandException {
    Path file = dataDir.resolve("url");
    try {
      return DatabaseUrl.parse(Files.readString(file).strip());
    } catch (IOException e) {
      throw new CommandException(
          "the embedded database does not run: cannot read "
              + file
              + "; start the aggregator, or set HARVESTER_DATABASE_URL or HARVESTER_DATA_DIR");
    }
  }
}
