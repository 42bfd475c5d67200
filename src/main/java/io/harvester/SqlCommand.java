package io.harvester;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.config.SettingsException;
import io.harvester.store.Jdbc;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code sql "SELECT …"}: asks the configured or the running embedded database; psql is not needed.
 */
final class SqlCommand {
  private static final int WIDEST_COLUMN = 60;

  private SqlCommand() {}

  static int run(List<String> arguments, Map<String, String> environment)
      throws SettingsException, StartException {
    if (arguments.isEmpty()) {
      throw new StartException("usage: sql \"SELECT …\" [--setting value …]");
    }
    Settings settings = Settings.load(arguments.subList(1, arguments.size()), environment);
    DatabaseUrl url = settings.database().orElse(null);
    if (url == null) {
      url = runningEmbedded(settings.embedded().dataDir());
    }
    try (Connection connection = new Jdbc(url, Duration.ofMinutes(10)).open("harvester sql");
        Statement statement = connection.createStatement()) {
      if (statement.execute(arguments.get(0))) {
        try (ResultSet rows = statement.getResultSet()) {
          print(rows, System.out);
        }
      } else {
        System.out.println(statement.getUpdateCount() + " rows");
      }
      return 0;
    } catch (SQLException e) {
      throw new StartException(e.getMessage());
    }
  }

  private static DatabaseUrl runningEmbedded(Path dataDir) throws StartException {
    Path file = dataDir.resolve("url");
    try {
      return DatabaseUrl.parse(Files.readString(file).strip());
    } catch (IOException e) {
      throw new StartException(
          "no embedded database runs in "
              + dataDir
              + " ("
              + file
              + " cannot be read); start the"
              + " aggregator first, or set HARVESTER_DATABASE_URL or HARVESTER_DATA_DIR");
    }
  }

  private static void print(ResultSet rows, PrintStream out) throws SQLException {
    List<String[]> lines = new ArrayList<>();
    int columns = rows.getMetaData().getColumnCount();
    String[] names = new String[columns];
    for (int i = 0; i < columns; i++) {
      names[i] = rows.getMetaData().getColumnLabel(i + 1);
    }
    lines.add(names);
    while (rows.next()) {
      String[] line = new String[columns];
      for (int i = 0; i < columns; i++) {
        line[i] = String.valueOf(rows.getString(i + 1));
      }
      lines.add(line);
    }
    int[] widths = new int[columns];
    for (String[] line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.min(WIDEST_COLUMN, Math.max(widths[i], line[i].length()));
      }
    }
    for (String[] line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        text.append(i == 0 ? "" : " | ").append(("%-" + widths[i] + "s").formatted(line[i]));
      }
      out.println(text.toString().stripTrailing());
      if (line == names) {
        out.println("-".repeat(text.length()));
      }
    }
    out.println("(" + (lines.size() - 1) + " rows)");
  }
}
