// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.StoreException;
import io.harvester.testing.Answer;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** An acknowledged write is on disk, although its transaction did not wait for the WAL flush. */
class GroupCommitIT {
  private static final long T = System.currentTimeMillis();

  private static WriterConnection connect(TestDatabase db) throws SQLException {
    Jdbc jdbc = new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(30));
    WriterConnection connection = WriterConnection.open(jdbc, "harvester test");
    connection.jdbc().setAutoCommit(false);
    return connection;
  }

  private static Commit write(WriterConnection connection, int value) throws SQLException {
    try (Statement statement = connection.jdbc().createStatement()) {
      statement.execute("INSERT INTO public.written VALUES (" + value + ")");
      connection.jdbc().commit();
    }
    return connection.flushed().committed();
  }

  private static long written(TestDatabase db) throws SQLException {
    return (Long) db.value("SELECT count(*) FROM public.written");
  }

  private static void endFlushing(TestDatabase db) throws SQLException {
    assertTrue(
        (Boolean)
            db.value(
                "SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE datname = current_database()"
                    + " AND application_name LIKE 'harvester % flush'"));
  }

  @EachTier
  void the_wal_is_on_disk_up_to_the_commit(TestDatabase db) throws Exception {
    db.execute("CREATE TABLE public.written (value int)");
    db.superuser()
        .execute("ALTER ROLE %s SET synchronous_commit = off".formatted(db.value("SELECT user")));
    try (WriterConnection connection = connect(db)) {
      try (Statement statement = connection.jdbc().createStatement();
          var setting = statement.executeQuery("SHOW synchronous_commit")) {
        assertTrue(setting.next());
        assertEquals("off", setting.getString(1));
      }
      for (int i = 1; i <= 20; i++) {
        write(connection, i);
        Commit second = write(connection, -i);
        assertEquals(2L * i, written(db));
        Object end = db.value("SELECT pg_current_wal_insert_lsn()::text");
        second.awaitDurable();
        assertTrue(
            (Boolean) db.value("SELECT pg_current_wal_flush_lsn() >= '" + end + "'::pg_lsn"),
            "WAL of the commit is not on disk");
      }
    }
  }

  @EachTier
  void a_commit_is_not_durable_once_the_connection_is_lost(TestDatabase db) throws Exception {
    db.execute("CREATE TABLE public.written (value int)");
    try (WriterConnection connection = connect(db)) {
      Commit sure = write(connection, 1);
      sure.awaitDurable();
      Commit unsure = write(connection, 2);
      assertFalse(connection.flushed().isBroken());
      endFlushing(db);
      StoreException e = assertThrows(StoreException.class, unsure::awaitDurable);
      assertEquals(StoreException.Kind.UNKNOWN_OUTCOME, e.kind());
      assertTrue(connection.flushed().isBroken());
      sure.awaitDurable();
    }
  }

  @EachTier
  void closing_makes_commits_durable(TestDatabase db) throws Exception {
    db.execute("CREATE TABLE public.written (value int)");
    Commit commit;
    try (WriterConnection connection = connect(db)) {
      commit = write(connection, 1);
    }
    commit.awaitDurable();
    assertEquals(1L, written(db));
  }

  private static Answer send(TestAggregator aggregator, Message.Series series) {
    return aggregator.send(Message.of(series), Message.Version.V1);
  }

  @EachTier
  void samples_that_may_be_lost_are_sent_again_and_stored_once(TestDatabase db) throws Exception {
    Message.Series s = series("m", "node", "n", "k", "v");
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      send(aggregator, s.with(at(T, 1))).mustBeStored();
      endFlushing(db);
      send(aggregator, s.with(at(T + 1, 2))).mustBe(503, "commit not confirmed");
      Eventually.until("stored", () -> send(aggregator, s.with(at(T + 1, 2))).status() == 204);
      send(aggregator, s.with(at(T + 2, 3))).mustBeStored();
      assertEquals(3, Stored.rows(db));
      assertEquals(0, Stored.duplicates(db));
    }
  }
}
