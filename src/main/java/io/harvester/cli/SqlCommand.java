package io.harvester.cli;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.config.SettingsException;
import io.harvester.postgres.pg.Jdbc;
import java.io.PrintStream;
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
public final class SqlCommand {
  private static final int WIDEST_COLUMN = 60;

  private SqlCommand() {}

  /**
   * Runs one statement and prints what it gives.
   *
   * @return the exit status
   */
  public static int run(List<String> arguments, Map<String, String> environment)
      throws SettingsException, CommandException {
    if (arguments.isEmpty()) {
      throw new CommandException("usage: sql \"SELECT …\" [--setting value …]");
    }
    Settings settings = Settings.load(arguments.subList(1, arguments.size()), environment);
    DatabaseUrl url = ConfiguredDatabase.url(settings);
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
      throw new CommandException(e.getMessage());
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
