// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.doctor;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks of the database and of what it knows about the nodes. Reads only. */
public final class DatabaseChecks {
  private static final Duration CLOCK_WARN = Duration.ofSeconds(2);
  private static final Duration CLOCK_FAIL = Duration.ofMinutes(1);

  /** Queries that give a state, a text and an advice; no row: nothing to say. */
  private record Check(String name, String query) {}

  private static final List<Check> CHECKS =
      List.of(
          new Check(
              "server",
              """
              SELECT CASE WHEN 'off' IN (current_setting('fsync'), current_setting('full_page_writes')) THEN 'FAIL' ELSE 'OK' END,
                     format('PostgreSQL %s, fsync %s, full_page_writes %s',
                            split_part(current_setting('server_version'), ' ', 1), current_setting('fsync'), current_setting('full_page_writes')),
                     'a power failure loses acknowledged samples: ALTER SYSTEM RESET fsync; ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf()'
              """),
          new Check(
              "edition",
              """
              SELECT CASE WHEN offered.kind = stored.kind THEN 'OK' ELSE 'WARN' END,
                     format('samples are stored as in %s; the server offers %s', stored.kind, offered.kind),
                     'docs/database.md, "Another edition of TimescaleDB"'
                FROM (SELECT CASE WHEN relkind = 'p' THEN 'plain PostgreSQL'
                                  WHEN to_regclass('harvester.sample_series_time') IS NOT NULL THEN 'TimescaleDB''s Apache edition'
                                  ELSE 'TimescaleDB''s community edition' END AS kind
                        FROM pg_class WHERE oid = 'harvester.sample'::regclass) stored,
                     (SELECT CASE WHEN count(*) = 0 THEN 'plain PostgreSQL'
                                  WHEN current_setting('timescaledb.license', true) = 'timescale' THEN 'TimescaleDB''s community edition'
                                  ELSE 'TimescaleDB''s Apache edition' END AS kind
                        FROM pg_available_extensions WHERE name = 'timescaledb') offered
              """),
          new Check(
              "connections",
              """
              SELECT CASE WHEN used > 0.9 * most THEN 'WARN' ELSE 'OK' END,
                     format('%s of %s are in use', used, most),
                     'raise max_connections, or find who holds them: SELECT application_name, count(*) FROM pg_stat_activity GROUP BY 1 ORDER BY 2 DESC'
                FROM (SELECT sum(numbackends) AS used, current_setting('max_connections')::int AS most FROM pg_stat_database) c
              """),
          new Check(
              "transactions",
              """
              SELECT 'WARN', format('process %s of role %s has been in a transaction for %s', pid, usename, date_trunc('second', now() - xact_start)),
                     format('it holds up chunk maintenance and vacuum: SELECT pg_terminate_backend(%s)', pid)
                FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND xact_start < now() - interval '15 minutes' AND application_name NOT LIKE 'harvester %'
               ORDER BY xact_start LIMIT 3
              """),
          new Check(
              "nodes",
              """
              SELECT CASE WHEN count(*) FILTER (WHERE state = 'silent') > 0 THEN 'WARN' ELSE 'OK' END,
                     format('%s write, %s are silent, %s never wrote%s', count(*) FILTER (WHERE state = 'up'),
                            count(*) FILTER (WHERE state = 'silent'), count(*) FILTER (WHERE state = 'never'),
                            ': ' || string_agg(node, ', ' ORDER BY since DESC) FILTER (WHERE state = 'silent' AND recent <= 5)),
                     'docs/alerts.md, NodeSilent; a machine that is gone: harvester node remove NAME'
                FROM (SELECT *, count(*) FILTER (WHERE state = 'silent') OVER (ORDER BY since DESC) AS recent FROM fleet.node) n
              """),
          new Check(
              "clocks",
              """
              SELECT 'WARN', format('the clock of %s is %s ahead of the database', node, date_trunc('second', clock_skew)),
                     'docs/alerts.md, NodeClockSkew'
                FROM fleet.node WHERE clock_skew > interval '5 seconds' AND state = 'up' ORDER BY clock_skew DESC LIMIT 3
              """),
          new Check(
              "rejections",
              """
              SELECT CASE WHEN count(*) > 0 THEN 'WARN' ELSE 'OK' END,
                     CASE WHEN count(*) = 0 THEN 'none within a day'
                          ELSE (array_agg(format('%s of %s since %s: %s', metric, node, to_char(first_at, 'YYYY-MM-DD HH24:MI'), reason)
                                          ORDER BY last_at DESC))[1] || CASE WHEN count(*) > 1 THEN format(', and %s more', count(*) - 1) ELSE '' END END,
                     'SELECT * FROM harvester.rejected_sample ORDER BY last_at DESC; docs/alerts.md, AggregatorRejectsSamples'
                FROM harvester.rejected_sample WHERE last_at > now() - interval '1 day'
              """),
          new Check(
              "conflicts",
              """
              SELECT 'WARN', format('%s series received two values for one time within a day', count(*)),
                     'two machines send the same node name, or two Prometheus run on one: docs/alerts.md, AggregatorConflicts'
                FROM harvester.sample_conflict WHERE last_at > now() - interval '1 day' HAVING count(*) > 0
              """));

  /** Bytes, samples, samples per second. */
  private static final String SIZE =
      "SELECT pg_database_size(current_database()), coalesce(sum(samples), 0),"
          + " coalesce(sum(samples_per_second), 0) FROM fleet.node";

  private final Connection connection;
  private final Rights rights;

  /** Looks for a right that the aggregator's role lacks. */
  @FunctionalInterface
  public interface Rights {
    /** The right, and how to grant it; empty: the session's role has all. */
    Optional<String> missing(Connection connection) throws SQLException;
  }

  /** Checks the database of this connection, which the caller closes. */
  public DatabaseChecks(Connection connection, Rights rights) {
    this.connection = connection;
    this.rights = rights;
  }

  /** All findings. A check that fails by itself is a finding, too. */
  public List<Finding> run() {
    List<Finding> found = new ArrayList<>();
    guarded("rights", found, () -> found.add(rights()));
    guarded("clock", found, () -> found.add(clock()));
    for (Check check : CHECKS) {
      guarded(check.name(), found, () -> ask(check, found));
    }
    return found;
  }

  /**
   * How large the database is, how it grows, and when the disk is full.
   *
   * @param free free bytes of its disk; below 0: unknown, the server is elsewhere
   */
  public List<Finding> space(long free) {
    List<Finding> found = new ArrayList<>();
    guarded("space", found, () -> found.add(forecast(free)));
    return found;
  }

  private interface Step {
    void run() throws SQLException;
  }

  private static void guarded(String name, List<Finding> found, Step step) {
    try {
      step.run();
    } catch (SQLException e) {
      found.add(
          Finding.warn(name, "cannot be checked: " + e.getMessage(), "docs/database.md: rights"));
    }
  }

  private void ask(Check check, List<Finding> found) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(check.query())) {
      while (row.next()) {
        Finding.State state = Finding.State.valueOf(row.getString(1));
        String advice = state == Finding.State.OK ? "" : row.getString(3);
        found.add(new Finding(state, check.name(), row.getString(2), advice));
      }
    }
  }

  private Finding rights() throws SQLException {
    Optional<String> problem = rights.missing(connection);
    return problem
        .map(text -> Finding.fail("rights", text, "docs/database.md"))
        .orElse(Finding.ok("rights", "the role has all rights that the aggregator needs"));
  }

  /** Compares clocks in the middle of a round trip. */
  private Finding clock() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Instant sent = Instant.now();
      try (ResultSet row = statement.executeQuery("SELECT extract(epoch FROM clock_timestamp())")) {
        row.next();
        Duration trip = Duration.between(sent, Instant.now());
        long here = sent.plus(trip.dividedBy(2)).toEpochMilli();
        long skew = Math.round(row.getDouble(1) * 1000) - here;
        String text =
            "the database's clock is %d ms %s that of this machine"
                .formatted(Math.abs(skew), skew < 0 ? "behind" : "ahead of");
        String advice = "synchronise both clocks: timedatectl set-ntp true";
        if (Math.abs(skew) > CLOCK_FAIL.toMillis()) {
          return Finding.fail("clock", text, advice);
        }
        return Math.abs(skew) > CLOCK_WARN.toMillis()
            ? Finding.warn("clock", text, advice)
            : Finding.ok("clock", text);
      }
    }
  }

  private Finding forecast(long free) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SIZE)) {
      row.next();
      return forecast(row.getLong(1), row.getDouble(2), row.getDouble(3), free);
    }
  }

  static Finding forecast(long bytes, double samples, double perSecond, long free) {
    double perDay = samples == 0 ? 0 : bytes / samples * perSecond * 86_400;
    String text =
        String.format(
            Locale.ROOT, "%s in the database, about %s more a day", size(bytes), size(perDay));
    if (free < 0) {
      return Finding.ok("space", text + "; its disk is on another machine");
    }
    double days = perDay == 0 ? Double.POSITIVE_INFINITY : free / perDay;
    text += ", " + size(free) + " free";
    String advice =
        "shorten HARVESTER_RETENTION, enlarge the disk, or store in less space: docs/operations.md,"
            + " \"Which TimescaleDB\"";
    if (days > 30) {
      return Finding.ok("space", text);
    }
    text += String.format(Locale.ROOT, ": full in %.1f days unless retention ends it before", days);
    return days < 2 ? Finding.fail("space", text, advice) : Finding.warn("space", text, advice);
  }

  private static String size(double bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;
    while (bytes >= 1000 && unit < units.length - 1) {
      bytes /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
  }
}
