// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.cli.Cli;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** {@code reader … --sql}: login roles. */
class SqlReaderIT {
  @EachTier({TestTier.COLUMNAR, TestTier.POSTGRES})
  void a_reader_logs_in_with_what_is_printed_until_it_is_revoked(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    String owner = db.value("SELECT current_user").toString();
    String name = owner + "_grafana";
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(Message.series("m", "node", "n").with(Message.at(System.currentTimeMillis(), 1)))
          .mustBeStored();
      mayCreateRoles(db, owner);
      JsonObject login = new JsonObject(cli.reader("add", name, "--sql", "--json"));
      assertEquals(1, count(login, "fleet.node"));
      assertEquals(0, count(login, "harvester.annotation"));
      denied("42501", () -> count(login, "harvester.reader"));
      denied("42501", () -> count(login, "nextval('harvester.series_sequence')"));
      assertTrue(
          login.getString("psql").startsWith("psql \"postgresql://" + name + ":hvr_"),
          login::encode);
      assertEquals(
          name + " true",
          new JsonArray(cli.reader("list", "--json"))
              .stream()
                  .map(JsonObject.class::cast)
                  .map(row -> row.getString("reader") + " " + row.getBoolean("sql"))
                  .findFirst()
                  .orElseThrow());
      JsonObject rotated = new JsonObject(cli.reader("rotate", name, "--json"));
      denied("28P01", () -> count(login, "fleet.node"));
      assertEquals(1, count(rotated, "fleet.node"));
      cli.reader("revoke", name);
      denied("28P01", () -> count(rotated, "fleet.node"));
      assertEquals(0L, db.value("SELECT count(*) FROM pg_roles WHERE rolname = '" + name + "'"));
    } finally {
      db.superuser().execute("DROP ROLE IF EXISTS " + name);
    }
  }

  @EachTier({TestTier.COLUMNAR, TestTier.POSTGRES})
  void what_cannot_be_granted_is_refused_and_leaves_nothing(TestDatabase db) throws Exception {
    TestAggregator.start(db).close();
    db.superuser().execute(GrantsIT.CREATE_ROLE);
    NodeCli cli = new NodeCli(db);
    NodeCli.Ended ended = cli.endReader("add", "r", "--sql");
    assertEquals(Cli.FAILED, ended.status());
    assertTrue(ended.err().contains("this role may not create role r"), ended::err);
    assertTrue(ended.err().contains("CREATEROLE"), ended::err);
    ended = cli.endReader("add", "r", "--sql", "--may-read", "lab-*");
    assertTrue(ended.err().contains("--may-read and --sql exclude each other"), ended::err);
    assertEquals(0L, db.value("SELECT count(*) FROM harvester.reader"));
  }

  static void mayCreateRoles(TestDatabase db, String owner) throws SQLException {
    db.superuser().execute(GrantsIT.CREATE_ROLE);
    db.superuser().execute("ALTER ROLE " + owner + " CREATEROLE");
    db.superuser().execute("GRANT harvester_reader TO " + owner + " WITH ADMIN OPTION");
    db.execute("SELECT harvester.grant_privileges()");
  }

  private interface Query {
    void run() throws SQLException;
  }

  private static void denied(String state, Query query) {
    assertEquals(state, assertThrows(SQLException.class, query::run).getSQLState());
  }

  private static int count(JsonObject login, String from) throws SQLException {
    String url =
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                login.getString("host"), login.getString("port"), login.getString("database"));
    try (Connection connection =
            DriverManager.getConnection(url, login.getString("user"), login.getString("password"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + from)) {
      row.next();
      return row.getInt(1);
    }
  }
}
