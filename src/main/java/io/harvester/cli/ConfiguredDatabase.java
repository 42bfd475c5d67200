package io.harvester.cli;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the database that the aggregator of the same settings uses. */
final class ConfiguredDatabase {
  private ConfiguredDatabase() {}

  /** The database of the settings, or the embedded one while it runs. */
  static DatabaseUrl url(Settings settings) throws CommandException {
    return settings.database().isPresent()
        ? settings.database().get()
        : runningEmbedded(settings.embedded().dataDir());
  }

  private static DatabaseUrl runningEmbedded(Path dataDir) throws CommandException {
    Path file = dataDir.resolve("url");
    try {
      return DatabaseUrl.parse(Files.readString(file).strip());
    } catch (IOException e) {
      throw new CommandException(
          "no embedded database runs in "
              + dataDir
              + " ("
              + file
              + " cannot be read); start the"
              + " aggregator first, or set HARVESTER_DATABASE_URL or HARVESTER_DATA_DIR");
    }
  }
}
