// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.cli.sql.RowPrinter;
import io.harvester.cli.sql.StatementError;
import io.harvester.config.Settings;
import io.harvester.postgres.pg.Jdbc;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.core.Parser;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Runs one SQL statement, so that operators do not need psql. */
final class SqlCommand implements ConfiguredCommand {
  private static final Duration TIME_LIMIT = Duration.ofMinutes(10);

  /** The server ends the statement first, and says so. */
  private static final Duration SOCKET_TIMEOUT = TIME_LIMIT.plusMinutes(1);

  private final PositionalParamSpec sql =
      PositionalParamSpec.builder()
          .index("0")
          .required(true)
          .type(String.class)
          .converters(SqlCommand::oneStatement)
          .paramLabel("STATEMENT")
          .description("for example \"SELECT now()\"")
          .build();
  private final OptionSpec write =
      OptionSpec.builder("--write")
          .type(boolean.class)
          .initialValue(false)
          .description(
              "let the statement change the database; without it, the statement can only read")
          .build();

  /** Its name, arguments and help text. */
  CommandSpec spec() {
    return Program.command(
            "sql",
            this,
            "Runs one SQL statement in the database of the aggregator and prints the result, with"
                + " times in UTC.",
            "Ctrl-C cancels the statement in the server.")
        .addPositional(sql)
        .addOption(write);
  }

  /** Splits as the driver does, which would send each statement by itself. */
  private static String oneStatement(String text) {
    long statements;
    try {
      statements =
          Parser.parseJdbcSql(text, true, false, true, false, false).stream()
              .filter(part -> !isOnlyComment(part.nativeSql))
              .count();
    } catch (SQLException e) {
      throw new IllegalArgumentException("cannot be parsed: " + e.getMessage(), e);
    }
    if (statements != 1) {
      throw new IllegalArgumentException(
          statements == 0 ? "is empty" : "must be one statement, not " + statements);
    }
    return text;
  }

  private static boolean isOnlyComment(String sql) {
    char[] text = sql.toCharArray();
    for (int i = 0; i < text.length; i++) {
      int end = Parser.parseLineComment(text, i);
      if (end == i) {
        end = Parser.parseBlockComment(text, i);
      }
      if (end == i && !Character.isWhitespace(text[i])) {
        return false;
      }
      i = end;
    }
    return true;
  }

  @Override
  public int run(Settings settings, Output out) throws CommandException {
    Jdbc jdbc = new Jdbc(ConfiguredDatabase.url(settings), SOCKET_TIMEOUT);
    boolean mayWrite = write.getValue();
    try (Connection connection = jdbc.open("harvester sql")) {
      prepare(connection, mayWrite);
      execute(connection, out);
      return Cli.OK;
    } catch (SQLException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private void execute(Connection connection, Output out) throws CommandException {
    try (Statement statement = connection.createStatement()) {
      executeUntilExit(statement, out);
    } catch (SQLException e) {
      throw CommandException.ofLines(
          StatementError.describe(sql.getValue(), e, connection, write.getValue()));
    }
  }

  /**
   * Reads in one transaction, so that no statement can leave the read-only mode. Writes without
   * one: some statements, such as VACUUM, cannot run in a transaction.
   */
  private static void prepare(Connection connection, boolean mayWrite) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET search_path = public, prom, fleet, harvester, metric, metric_histogram;"
              + " SET standard_conforming_strings = on; SET statement_timeout = "
              + TIME_LIMIT.toMillis());
    }
    connection.setReadOnly(!mayWrite);
    connection.setAutoCommit(mayWrite);
  }

  /** Cancels the statement when the process is asked to end: else the server would complete it. */
  private void executeUntilExit(Statement statement, Output out) throws SQLException {
    Thread cancel = new Thread(() -> cancel(statement), "cancel");
    Runtime.getRuntime().addShutdownHook(cancel);
    try {
      execute(statement, out);
    } finally {
      removeHook(cancel);
    }
  }

  private void execute(Statement statement, Output out) throws SQLException {
    statement.setEscapeProcessing(false);
    statement.setFetchSize(RowPrinter.FETCH_SIZE);
    if (statement.execute(sql.<String>getValue())) {
      try (ResultSet rows = statement.getResultSet()) {
        RowPrinter.print(rows, out.out());
      }
    } else {
      out.out().println(RowPrinter.count(statement.getLargeUpdateCount()));
    }
  }

  private static void cancel(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      return; // the process ends in any case
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the process ends, and runs the hook
    }
  }
}
