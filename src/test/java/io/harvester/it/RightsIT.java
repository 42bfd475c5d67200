// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

/** Aggregators whose roles have exactly the rights that docs/database.md lists, or fewer. */
class RightsIT {
  private static final long DAY = 86_400_000;
  private static final List<String> SCHEMAS =
      List.of(
          "harvester",
          "metric",
          "metric_histogram",
          "metric_exemplar",
          "metric_5m",
          "metric_1h",
          "prom",
          "fleet");

  @EachTier
  void the_right_to_create_schemas_is_enough(TestDatabase db) throws Exception {
    String role = db.value("SELECT current_user").toString();
    db.superuser().execute("ALTER DATABASE %s OWNER TO CURRENT_USER".formatted(name(db)));
    db.superuser().execute("GRANT CREATE ON DATABASE %s TO %s".formatted(name(db), role));
    mustWork(db.url(), db);
  }

  @EachTier
  void schemas_of_its_own_are_enough(TestDatabase db) throws Exception {
    String role = db.value("SELECT current_user").toString();
    db.superuser().execute("ALTER DATABASE %s OWNER TO CURRENT_USER".formatted(name(db)));
    TestAggregator.mustNotStart(
        db.url(), "role " + role + " may not create schemas in database " + name(db));
    assertEquals(0L, schemas(db));
    for (String schema : SCHEMAS) {
      db.superuser().execute("CREATE SCHEMA %s AUTHORIZATION %s".formatted(schema, role));
    }
    mustWork(db.url(), db);
  }

  /** Two aggregators with roles of their own, and what one makes the other changes. */
  @EachTier
  void a_member_of_the_owner_does_all_that_the_owner_does(TestDatabase db) throws Exception {
    String owner = db.value("SELECT current_user").toString();
    try (Role member = Role.create(db)) {
      mustWork(db.url(), db);
      TestAggregator.mustNotStart(
          member.url(), "belongs to role " + owner + ": connect as " + owner + ", or GRANT");
      db.superuser().execute("GRANT %s TO %s".formatted(owner, member.name()));
      mustWork(member.url(), db);
      assertEquals(
          List.of(List.of(owner)),
          db.query(
              "SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class c"
                  + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'harvester'"
                  + " OR nspname LIKE 'metric%'"));
      mustWork(db.url(), db);
    }
  }

  @EachTier
  void tables_of_another_role_are_named(TestDatabase db) throws Exception {
    mustWork(db.url(), db);
    db.superuser().execute("ALTER TABLE harvester.metric OWNER TO CURRENT_USER");
    TestAggregator.mustNotStart(db.url(), "2 objects such as harvester.metric belong to role");
  }

  /** A restore of schema harvester alone, or of its tables without the views. */
  @EachTier
  void views_that_a_restore_left_out_come_back(TestDatabase db) throws Exception {
    mustWork(db.url(), db);
    long views = views(db);
    assertTrue(views > 0);
    db.execute("DROP VIEW metric.m_0");
    mustWork(db.url(), db);
    Eventually.until("the view is back", () -> views(db) == views + 1);
    db.execute("DROP SCHEMA metric CASCADE");
    mustWork(db.url(), db);
    Eventually.until("all views are back", () -> views(db) == views + 2);
    assertEquals(
        3L, db.value("SELECT count(*) FROM metric.samples('m_0', '1970-01-01') WHERE node = 'n'"));
  }

  /** Stores samples in three chunks, a metric that is new, and a label that is new to another. */
  private static void mustWork(String url, TestDatabase db) throws Exception {
    long before = db.value("SELECT to_regclass('harvester.sample')") == null ? 0 : Stored.rows(db);
    long metrics = before / 4;
    long now = System.currentTimeMillis();
    try (TestAggregator aggregator = TestAggregator.start(url)) {
      aggregator
          .send(
              Message.series("m_" + metrics, "node", "n")
                  .with(
                      Message.at(now - 40 * DAY, 1), Message.at(now - DAY, 2), Message.at(now, 3)),
              Message.series("labels", "node", "n", "l" + metrics, "x").with(Message.at(now, 4)))
          .mustBeStored();
    }
    assertEquals(before + 4, Stored.rows(db));
    assertEquals(
        1L, db.value("SELECT count(*) FROM metric.labels WHERE l%d = 'x'".formatted(metrics)));
  }

  private static long views(TestDatabase db) throws Exception {
    return (Long) db.value("SELECT count(*) FROM pg_views WHERE schemaname = 'metric'");
  }

  private static long schemas(TestDatabase db) throws Exception {
    return (Long)
        db.value(
            "SELECT count(*) FROM pg_namespace WHERE nspname = 'harvester' OR nspname LIKE"
                + " 'metric%' OR nspname IN ('prom', 'fleet')");
  }

  private static String name(TestDatabase db) throws Exception {
    return db.value("SELECT current_database()").toString();
  }

  /** A role for the time of a test. */
  private record Role(TestDatabase db, String name) implements AutoCloseable {
    static Role create(TestDatabase db) throws Exception {
      String name = RightsIT.name(db) + "_member";
      db.superuser().execute("CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(name));
      return new Role(db, name);
    }

    String url() {
      return db.superuser().withUser(name, "secret").text();
    }

    @Override
    public void close() throws SQLException {
      db.superuser().execute("DROP ROLE " + name);
    }
  }
}
