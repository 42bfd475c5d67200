// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The error of a statement: what the server says, where, and what was probably forgotten. */
public final class StatementError {
  /**
   * What the server says to a statement that needs {@code --write}: a change in a read-only
   * transaction, a statement that cannot run in a transaction, a COMMIT in a procedure.
   */
  private static final Set<String> NEEDS_WRITE = Set.of("25006", "25001", "2D000");

  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_COLUMN = "42703";

  /** A syntax error at a colon, or a second dot that makes the schema the name of a database. */
  private static final Set<String> QUOTES_MISSING = Set.of("42601", "0A000", "42P01");

  /** A name that needs quotes, at the start or behind a schema. */
  private static final Pattern UNQUOTED =
      Pattern.compile("(?<schema>metric(_histogram|_exemplar)?\\.)(?<name>[\\w:.]*[:.][\\w:.]+)");

  private static final Pattern RELATION = Pattern.compile("relation \"([^\"]+)\"");
  private static final Pattern COLUMN = Pattern.compile("column \"([^\"]+)\"");

  /** The part of a long line that is shown, to either side of the position. */
  private static final int CONTEXT = 60;

  /**
   * The name of a view: as it is, in one of the schemas with views of metrics; or one that differs
   * from it in case only, or by the characters that need quotes.
   */
  private static final String SIMILAR =
      """
      SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('metric', 'metric_histogram', 'fleet', 'harvester')
         AND c.relkind IN ('r', 'p', 'v')
         AND lower(c.relname) = ANY (ARRAY[lower(?), lower(?)])
       ORDER BY array_position('{metric,metric_histogram,fleet,harvester}', n.nspname::text) LIMIT 1
      """;

  private final String sql;
  private final PSQLException error;

  private StatementError(String sql, PSQLException error) {
    this.sql = sql;
    this.error = error;
  }

  /**
   * Describes an error in one or more lines.
   *
   * @param connection asks for names that are similar to the one that does not exist
   * @param mayWrite whether the statement may change the database
   */
  public static String describe(
      String sql, SQLException error, Connection connection, boolean mayWrite) {
    boolean needsWrite = !mayWrite && NEEDS_WRITE.contains(String.valueOf(error.getSQLState()));
    if (needsWrite) {
      return line(error.getMessage()) + " (sql only reads, unless --write is given)";
    }
    if (!(error instanceof PSQLException e) || e.getServerErrorMessage() == null) {
      return line(error.getMessage());
    }
    StatementError described = new StatementError(sql, e);
    ServerErrorMessage server = e.getServerErrorMessage();
    return line(server.getSeverity() + ": " + server.getMessage())
        + described.excerpt(server.getPosition())
        + described
            .hint(connection)
            .or(() -> Optional.ofNullable(server.getHint()))
            .map(hint -> "\nHint: " + line(hint))
            .orElse("");
  }

  private static String line(String message) {
    return message.replaceAll("\\s+", " ").strip();
  }

  /** The line of the statement with the position, and a caret below it. */
  private String excerpt(int position) {
    if (position < 1 || position > sql.codePointCount(0, sql.length()) + 1) {
      return "";
    }
    int at = sql.offsetByCodePoints(0, position - 1);
    int start = sql.lastIndexOf('\n', at - 1) + 1;
    int end = sql.indexOf('\n', at);
    int from = Math.max(start, at - CONTEXT);
    int to = Math.min(end < 0 ? sql.length() : end, at + CONTEXT);
    String before = (from > start ? "…" : "") + sql.substring(from, at).replace('\t', ' ');
    return "\n  "
        + before
        + sql.substring(at, to).replace('\t', ' ')
        + "\n  "
        + " ".repeat(before.codePointCount(0, before.length()))
        + "^";
  }

  private Optional<String> hint(Connection connection) {
    String state = String.valueOf(error.getSQLState());
    String message = error.getServerErrorMessage().getMessage();
    if (state.equals(UNDEFINED_TABLE)) {
      return first(RELATION, message).flatMap(name -> existing(name, connection));
    }
    if (state.equals(UNDEFINED_COLUMN)) {
      return first(COLUMN, message).flatMap(this::textWithoutQuotes);
    }
    Matcher name = UNQUOTED.matcher(sql);
    return QUOTES_MISSING.contains(state) && name.find()
        ? Optional.of(
            "a name that is no lower-case identifier needs quotes: %s\"%s\""
                .formatted(name.group("schema"), name.group("name")))
        : Optional.empty();
  }

  private static Optional<String> first(Pattern pattern, String message) {
    Matcher matcher = pattern.matcher(message);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** A view that the missing name may stand for. The transaction of the error has failed. */
  private Optional<String> existing(String name, Connection connection) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      try (PreparedStatement statement = connection.prepareStatement(SIMILAR)) {
        statement.setString(1, name);
        statement.setString(2, name.substring(name.indexOf('.') + 1));
        try (ResultSet row = statement.executeQuery()) {
          return row.next() ? Optional.of("did you mean " + row.getString(1) + "?") : unknown(name);
        }
      }
    } catch (SQLException e) {
      return Optional.empty(); // the first error is the one to report
    }
  }

  /** There is no metric of that name. */
  private Optional<String> unknown(String name) {
    return name.startsWith("metric.")
        ? Optional.of(
            "harvester.metric lists all metrics: name, and view_name, which is the name of the"
                + " view")
        : Optional.empty();
  }

  /** {@code node = "lab-01"}, or {@code node = lab} without any quotes. */
  private Optional<String> textWithoutQuotes(String name) {
    boolean compared =
        Pattern.compile(
                "(=|<>|LIKE|IN\\s*\\(|,)\\s*\"?" + Pattern.quote(name), Pattern.CASE_INSENSITIVE)
            .matcher(sql)
            .find();
    return compared
        ? Optional.of("a text needs single quotes: '" + name.replace("'", "''") + "'")
        : Optional.empty();
  }
}
