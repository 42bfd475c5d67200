// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.Settings;
import io.harvester.postgres.pg.Jdbc;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Runs an SQL statement, so that operators do not need psql. */
final class SqlCommand implements ConfiguredCommand {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final int MAX_COLUMN_WIDTH = 60;

  private final PositionalParamSpec sql =
      PositionalParamSpec.builder()
          .index("0")
          .required(true)
          .type(String.class)
          .paramLabel("STATEMENT")
          .description("for example \"SELECT now()\"")
          .build();

  /** Its name, arguments and help text. */
  CommandSpec spec() {
    return Program.command(
            "sql",
            this,
            "Runs an SQL statement in the database of the aggregator and prints the result.")
        .addPositional(sql);
  }

  @Override
  public int run(Settings settings, Output out) throws CommandException {
    Jdbc jdbc = new Jdbc(ConfiguredDatabase.url(settings), TIMEOUT);
    try (Connection connection = jdbc.open("harvester sql");
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql.<String>getValue())) {
        try (ResultSet rows = statement.getResultSet()) {
          print(rows, out.out());
        }
      } else {
        out.out().println(statement.getUpdateCount() + " rows");
      }
      return Cli.OK;
    } catch (SQLException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private static void print(ResultSet rows, PrintStream out) throws SQLException {
    List<String[]> lines = lines(rows);
    int[] widths = new int[lines.get(0).length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.min(MAX_COLUMN_WIDTH, Math.max(widths[i], line[i].length()));
      }
    }
    for (int n = 0; n < lines.size(); n++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = ("%-" + widths[i] + "s").formatted(lines.get(n)[i]);
        text.append(i == 0 ? "" : " | ").append(cell);
      }
      out.println(text.toString().stripTrailing());
      if (n == 0) {
        out.println("-".repeat(text.length()));
      }
    }
    out.println("(" + (lines.size() - 1) + " rows)");
  }

  /** The column names, then the values of each row. */
  private static List<String[]> lines(ResultSet rows) throws SQLException {
    List<String[]> lines = new ArrayList<>();
    String[] names = new String[rows.getMetaData().getColumnCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = rows.getMetaData().getColumnLabel(i + 1);
    }
    lines.add(names);
    while (rows.next()) {
      String[] line = new String[names.length];
      for (int i = 0; i < line.length; i++) {
        line[i] = String.valueOf(rows.getString(i + 1));
      }
      lines.add(line);
    }
    return lines;
  }
}
