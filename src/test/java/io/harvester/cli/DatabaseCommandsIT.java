// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import io.vertx.core.json.JsonArray;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What {@code sql} and {@code node limit} do in the database. */
class DatabaseCommandsIT {
  /** A command that ended: exit status, standard output and standard error. */
  private record Ended(int status, String out, String err) {
    String mustSucceed() {
      assertEquals(Cli.OK, status, this::toString);
      return out;
    }
  }

  private static Ended run(TestDatabase db, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--database-url=" + db.url());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        new Cli(
                settings -> Cli.FAILED,
                Map.of(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8))
            .run(all);
    return new Ended(status, out.toString(UTF_8).strip(), err.toString(UTF_8).strip());
  }

  @EachTier(TestTier.POSTGRES)
  void sql_only_reads_unless_writing_is_allowed(TestDatabase db) throws Exception {
    db.execute("CREATE TABLE kept AS SELECT 1 AS x; CREATE SEQUENCE numbers");
    for (String statement :
        List.of(
            "DELETE FROM kept",
            "INSERT INTO kept VALUES (2) RETURNING x",
            "WITH d AS (DELETE FROM kept RETURNING x) SELECT * FROM d",
            "DROP TABLE kept",
            "SELECT nextval('numbers')",
            "VACUUM kept",
            "SELECT set_config('transaction_read_only', 'off', false)",
            "DO $$ BEGIN PERFORM set_config('default_transaction_read_only', 'off', false);"
                + " COMMIT; DELETE FROM kept; END $$")) {
      Ended refused = run(db, "sql", statement);
      assertEquals(Cli.FAILED, refused.status(), refused::toString);
      assertEquals("", refused.out());
      assertTrue(refused.err().endsWith("(sql only reads, unless --write is given)"), refused::err);
    }
    assertEquals(1L, db.value("SELECT count(*) FROM kept"));
    assertEquals("1 row", run(db, "sql", "--write", "INSERT INTO kept VALUES (2)").mustSucceed());
    run(db, "sql", "VACUUM kept", "--write").mustSucceed();
    assertEquals(2L, db.value("SELECT count(*) FROM kept"));
  }

  @EachTier(TestTier.POSTGRES)
  void an_error_that_writing_would_not_mend_says_nothing_of_it(TestDatabase db) {
    Ended refused = run(db, "sql", "SELECT * FROM missing");
    assertEquals(Cli.FAILED, refused.status());
    assertTrue(refused.err().contains("relation \"missing\" does not exist"), refused::err);
    assertTrue(!refused.err().contains("--write"), refused::err);
  }

  @EachTier(TestTier.POSTGRES)
  void sql_prints_any_number_of_rows(TestDatabase db) {
    assertEquals(
        "a | b\n--------\n1 | null\n(1 row)",
        run(db, "sql", "SELECT 1 AS a, NULL AS b").mustSucceed());
    assertEquals(
        "a\n-\n(0 rows)", run(db, "sql", "SELECT 1 AS a WHERE false; -- none").mustSucceed());
    List<String> lines =
        run(db, "sql", "SELECT i FROM generate_series(1, 2500) i").mustSucceed().lines().toList();
    List<String> expected = new ArrayList<>(List.of("i", "----"));
    IntStream.rangeClosed(1, 2500).forEach(i -> expected.add("" + i));
    expected.add("(2500 rows)");
    assertEquals(expected, lines);
  }

  @EachTier(TestTier.POSTGRES)
  void sql_prints_times_in_utc(TestDatabase db) throws Exception {
    db.execute(
        "ALTER DATABASE " + db.value("SELECT current_database()") + " SET timezone = 'Asia/Tokyo'");
    assertEquals(
        "time\n----------------------\n2026-01-01 00:00:00+00\n(1 row)",
        run(db, "sql", "SELECT '2026-01-01T00:00:00Z'::timestamptz AS time").mustSucceed());
  }

  @EachTier(TestTier.POSTGRES)
  void a_signal_cancels_the_statement_in_the_server(TestDatabase db) throws Exception {
    for (String signal : List.of("INT", "TERM", "HUP")) {
      Process process =
          new ProcessBuilder(
                  "env", // a test run in the background ignores SIGINT, and so would its children
                  "--default-signal=" + signal,
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.harvester.Main",
                  "sql",
                  "SELECT pg_sleep(600)",
                  "--database-url=" + db.url())
              .inheritIO()
              .start();
      try {
        Eventually.until("the statement runs", () -> sleeping(db) == 1);
        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), signal);
        Eventually.until("SIG" + signal + " has cancelled it", () -> sleeping(db) == 0);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static long sleeping(TestDatabase db) throws Exception {
    return (Long)
        db.value(
            "SELECT count(*) FROM pg_stat_activity"
                + " WHERE state = 'active' AND query = 'SELECT pg_sleep(600)'");
  }

  @EachTier(TestTier.POSTGRES)
  void limit_changes_what_is_given_and_shows_all_without_an_option(TestDatabase db)
      throws Exception {
    TestAggregator.start(db).close(); // makes the tables
    run(db, "node", "add", "lab-01").mustSucceed();
    limitsAre(db, null, null, null, null);
    run(db, "node", "limit", "lab-01", "--max-series", "5").mustSucceed();
    run(db, "node", "limit", "lab-01", "--max-body-bytes-per-second", "6000000000").mustSucceed();
    limitsAre(db, 5, null, null, 6_000_000_000L);
    assertEquals(
        """
        quota                      value       setting
        max-series                 5           HARVESTER_MAX_SERIES_PER_NODE
        max-new-series-per-hour    -           HARVESTER_MAX_NEW_SERIES_PER_HOUR
        max-samples-per-second     -           HARVESTER_MAX_SAMPLES_PER_SECOND
        max-body-bytes-per-second  6000000000  HARVESTER_MAX_BODY_BYTES_PER_SECOND""",
        run(db, "node", "limit", "lab-01").mustSucceed());
    limitsAre(db, 5, null, null, 6_000_000_000L);
    run(db, "node", "limit", "lab-01", "--reset", "--max-samples-per-second", "7").mustSucceed();
    limitsAre(db, null, null, 7, null);
    run(db, "node", "limit", "lab-01", "--reset").mustSucceed();
    limitsAre(db, null, null, null, null);
    Ended refused = run(db, "node", "limit", "lab-02");
    assertEquals("harvester-aggregator: there is no node lab-02", refused.err());
  }

  private static void limitsAre(TestDatabase db, Number... expected) {
    JsonArray shown = new JsonArray(run(db, "node", "limit", "lab-01", "--json").mustSucceed());
    assertEquals(
        Arrays.asList(expected).toString(),
        IntStream.range(0, shown.size())
            .mapToObj(i -> shown.getJsonObject(i).getValue("value"))
            .toList()
            .toString());
  }
}
