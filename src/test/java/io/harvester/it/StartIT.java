// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** A start against databases that are not quite right: it works, or ends with the reason. */
class StartIT {
  @EachTier(TestTier.POSTGRES)
  void another_encoding_is_refused(TestDatabase db) throws Exception {
    String name = databaseOf(db) + "_ascii";
    String owner = db.value("SELECT current_user").toString();
    db.superuser()
        .execute(
            "CREATE DATABASE %s OWNER %s ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
                .formatted(name, owner));
    try {
      String url = db.url().replaceFirst("/[^/]*$", "/" + name);
      refused(url, "has the encoding SQL_ASCII, but labels are UTF-8");
      assertUntouched(new TestDatabaseUrl(url));
    } finally {
      db.superuser().execute("DROP DATABASE " + name);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void too_few_connections_are_refused(TestDatabase db) throws Exception {
    limit(db, 7);
    refused(db.url(), "connections are available, 11 are needed: two per writer");
    assertUntouched(new TestDatabaseUrl(db.url()));
    limit(db, 11);
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      send(aggregator);
      assertEquals(1, Stored.rows(db));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_role_that_only_reads_is_refused(TestDatabase db) throws Exception {
    role(db, "default_transaction_read_only = on");
    refused(db.url(), "transactions are read-only");
    assertUntouched(new TestDatabaseUrl(db.url()));
  }

  @EachTier
  void settings_of_role_and_database_change_nothing(TestDatabase db) throws Exception {
    for (String setting :
        new String[] {
          "datestyle = 'SQL, DMY'",
          "timezone = 'Asia/Kolkata'",
          "intervalstyle = 'sql_standard'",
          "search_path = pg_catalog",
          "standard_conforming_strings = off",
          "bytea_output = 'escape'",
          "default_transaction_isolation = 'serializable'",
          "statement_timeout = '150ms'",
          "idle_in_transaction_session_timeout = '150ms'",
          "extra_float_digits = -15",
          "array_nulls = off",
          "transform_null_equals = on"
        }) {
      role(db, setting);
    }
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      for (int i = 0; i < 3; i++) {
        send(aggregator);
      }
      assertEquals(1, aggregator.sender().metric("harvester_database_up"));
    }
    db.superuser().execute("ALTER ROLE %s RESET ALL".formatted(userOf(db)));
    assertEquals(3, Stored.rows(db));
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
        Message.series("m", "node", "n").with(Message.at(System.currentTimeMillis(), 0.1 + 0.2)));
  }

  private static void send(TestAggregator aggregator) {
    post(aggregator).mustBeStored();
  }

  private static void refused(String url, String reason) {
    String message =
        assertThrows(Exception.class, () -> TestAggregator.start(url).close()).getMessage();
    assertTrue(message.contains(reason), message);
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
