// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.Answer;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestDatabaseUrl;
import io.harvester.testing.TestTier;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A start against databases that are not quite right: it works, or ends with the reason. */
class StartIT {
  private static final int NODES = 6;

  /** Of this or a later release: those that the server does not know are left out. */
  private static final List<String> SESSION_SETTINGS =
      List.of(
          "datestyle = 'SQL, DMY'",
          "timezone = 'Asia/Kolkata'",
          "intervalstyle = 'sql_standard'",
          "client_encoding = 'LATIN1'",
          "search_path = pg_catalog",
          "standard_conforming_strings = off",
          "backslash_quote = off",
          "bytea_output = 'escape'",
          "extra_float_digits = -15",
          "array_nulls = off",
          "transform_null_equals = on",
          "default_transaction_isolation = 'serializable'",
          "default_transaction_deferrable = on",
          "row_security = off",
          "lock_timeout = '1ms'",
          "statement_timeout = '150ms'",
          "idle_in_transaction_session_timeout = '150ms'",
          "transaction_timeout = '150ms'",
          "idle_session_timeout = '150ms'",
          "synchronous_commit = off",
          "plan_cache_mode = force_custom_plan",
          "enable_partition_pruning = off",
          "quote_all_identifiers = on",
          "client_min_messages = error",
          "work_mem = '64kB'",
          "jit_above_cost = 0");

  private static final String CITY = "Zürich 東京 😀";

  @EachTier(TestTier.POSTGRES)
  void another_encoding_is_refused(TestDatabase db) throws Exception {
    for (String encoding : List.of("SQL_ASCII", "LATIN1")) {
      String name = databaseOf(db) + "_" + encoding.toLowerCase(Locale.ROOT);
      db.superuser()
          .execute(
              "CREATE DATABASE %s OWNER %s ENCODING '%s' LOCALE 'C' TEMPLATE template0"
                  .formatted(name, userOf(db), encoding));
      try {
        String url = db.url().replaceFirst("/[^/]*$", "/" + name);
        TestAggregator.mustNotStart(url, "has the encoding " + encoding + ", but labels are UTF-8");
        assertUntouched(new TestDatabaseUrl(url));
      } finally {
        db.superuser().execute("DROP DATABASE " + name);
      }
    }
  }

  /** Two writers need four connections, the catalog four, maintenance three. */
  @EachTier(TestTier.POSTGRES)
  void with_too_few_connections_nothing_starts_and_with_enough_everything_works(TestDatabase db)
      throws Exception {
    for (int limit = 1; limit <= 10; limit++) {
      limit(db, limit);
      TestAggregator.mustNotStart(
          db.url(), limit + " connections are available, 11 are needed", "--writers=2");
      assertUntouched(new TestDatabaseUrl(db.url()));
    }
    long rows = 0;
    for (int limit = 11; limit <= 12; limit++) {
      limit(db, limit);
      try (TestAggregator aggregator = TestAggregator.start(db, "--writers=2")) {
        for (int round = 0; round < 3; round++) {
          aggregator.send(newSeries(limit + "_" + round)).mustBeStored();
          rows += NODES;
        }
      }
      assertEquals(rows, Stored.rows(db));
    }
  }

  private static Message.Series[] newSeries(String name) {
    long now = System.currentTimeMillis();
    return IntStream.range(0, NODES)
        .mapToObj(node -> Message.series("m_" + name, "node", "n" + node).with(Message.at(now, 1)))
        .toArray(Message.Series[]::new);
  }

  @EachTier
  void the_first_writes_of_a_start_leave_no_row(TestDatabase db) throws Exception {
    TestAggregator.start(db).close();
    for (String table : List.of("node", "metric", "series", "sample", "rejected_sample")) {
      assertEquals(0L, db.value("SELECT count(*) FROM harvester." + table), table);
    }
  }

  @EachTier
  void a_first_write_that_is_refused_ends_the_start(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      send(aggregator);
    }
    for (String table : List.of("harvester.node", "harvester.sample")) {
      db.execute("REVOKE INSERT ON %s FROM %s".formatted(table, userOf(db)));
      TestAggregator.mustNotStart(
          db.url(), "a first write failed: ERROR: permission denied for table");
      db.execute("GRANT INSERT ON %s TO %s".formatted(table, userOf(db)));
    }
    assertEquals(1L, db.value("SELECT count(*) FROM harvester.node"));
    assertEquals(1, Stored.rows(db));
  }

  @EachTier(TestTier.POSTGRES)
  void a_first_commit_that_is_refused_ends_the_start(TestDatabase db) throws Exception {
    db.superuser()
        .execute(
            """
            DO $$ BEGIN
              EXECUTE (SELECT string_agg(format('REVOKE ALL ON FUNCTION %s FROM public',
                                                oid::regprocedure), ';')
                         FROM pg_proc WHERE proname = 'pg_logical_emit_message');
            END $$
            """);
    TestAggregator.mustNotStart(
        db.url(), "a first commit failed: ERROR: permission denied for function");
    assertUntouched(new TestDatabaseUrl(db.url()));
  }

  /** A writer's connection may lead to another server, or lack rights, while all others work. */
  @EachTier
  void a_writer_that_cannot_write_is_not_ready(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      send(aggregator);
      db.execute("REVOKE INSERT ON harvester.sample FROM " + userOf(db));
      post(aggregator).mustAskToRetry("permission denied");
      aggregator.sender().get("/-/ready").mustBe(503, "a writer cannot write to the database");
      Thread.sleep(1500); // longer than the interval of the check
      aggregator.sender().get("/-/ready").mustBe(503, "a writer cannot write to the database");
      db.execute("GRANT INSERT ON harvester.sample TO " + userOf(db));
      Eventually.until("ready", () -> aggregator.sender().get("/-/ready").status() == 200);
      send(aggregator);
      assertEquals(2, Stored.rows(db));
      assertEquals(1L, db.value("SELECT count(*) FROM harvester.node"));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_role_that_only_reads_is_refused(TestDatabase db) throws Exception {
    role(db, "default_transaction_read_only = on");
    TestAggregator.mustNotStart(db.url(), "transactions are read-only");
    assertUntouched(new TestDatabaseUrl(db.url()));
  }

  @EachTier
  void settings_of_role_and_database_change_nothing(TestDatabase db) throws Exception {
    for (String setting : SESSION_SETTINGS) {
      String name = setting.substring(0, setting.indexOf(' '));
      if (!db.query(
              "SELECT 1 FROM pg_settings WHERE name = '" + name.toLowerCase(Locale.ROOT) + "'")
          .isEmpty()) {
        role(db, setting);
      }
    }
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      for (int i = 0; i < 3; i++) {
        send(aggregator);
        Thread.sleep(600); // longer than the timeouts above
      }
      assertEquals(1, aggregator.sender().metric("harvester_database_up"));
    }
    db.superuser().execute("ALTER ROLE %s RESET ALL".formatted(userOf(db)));
    assertEquals(3, Stored.rows(db));
    assertEquals(CITY, db.value("SELECT labels ->> 'city' FROM harvester.series"));
    assertEquals(CITY, db.value("SELECT city FROM metric.m LIMIT 1"));
  }

  /** A database that is made read-only, as a failover or a full disk do, and writable again. */
  @EachTier(TestTier.POSTGRES)
  void a_database_that_becomes_read_only_is_not_ready(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      send(aggregator);
      role(db, "default_transaction_read_only = on");
      disconnectAll(db);
      Eventually.until(
          "not ready", () -> aggregator.sender().get("/-/ready").body().contains("read-only"));
      db.superuser().execute("ALTER ROLE %s RESET ALL".formatted(userOf(db)));
      disconnectAll(db);
      Eventually.until("ready", () -> aggregator.sender().get("/-/ready").status() == 200);
      Eventually.until("writers are connected again", () -> post(aggregator).status() == 204);
      assertEquals(2, Stored.rows(db));
    }
  }

  private static Answer post(TestAggregator aggregator) {
    return aggregator.send(
        Message.series("m", "node", "n", "city", CITY)
            .with(Message.at(System.currentTimeMillis(), 0.1 + 0.2)));
  }

  private static void send(TestAggregator aggregator) {
    post(aggregator).mustBeStored();
  }

  private static void assertUntouched(TestDatabaseUrl url) throws Exception {
    assertEquals(
        0L,
        url.value(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                + " WHERE nspname IN ('harvester', 'metric', 'public') AND relkind IN ('r', 'p')"));
  }

  private static void limit(TestDatabase db, int connections) throws Exception {
    db.superuser().execute("ALTER ROLE %s CONNECTION LIMIT %d".formatted(userOf(db), connections));
  }

  private static void role(TestDatabase db, String setting) throws Exception {
    db.superuser().execute("ALTER ROLE %s SET %s".formatted(userOf(db), setting));
  }

  private static void disconnectAll(TestDatabase db) throws Exception {
    db.superuser()
        .value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '%s'"
                .formatted(userOf(db)));
  }

  private static String userOf(TestDatabase db) {
    return URI.create(db.url()).getUserInfo().replaceFirst(":.*", "");
  }

  private static String databaseOf(TestDatabase db) {
    return URI.create(db.url()).getPath().substring(1);
  }
}
