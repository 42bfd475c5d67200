// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

/** What a restart asks of the database, and how many questions new series cost. */
class SeriesPreloadIT {
  private static final long NOW = System.currentTimeMillis();

  @EachTier
  void known_series_are_written_while_the_catalog_cannot_be_asked(TestDatabase db)
      throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(many("lab", 500)).mustBeStored();
      a.send(many("office", 500)).mustBeStored();
    }
    try (TestAggregator a = TestAggregator.start(db, "--writers=1");
        Connection other = db.connect();
        Statement statement = other.createStatement()) {
      Eventually.until(
          "1,000 series", () -> a.sender().metric("harvester_series_preload_bytes") > 28_000);
      a.send(series("m", "node", "lab", "i", "0").with(at(NOW + 1, 1))).mustBeStored();
      other.setAutoCommit(false); // the writer has its connection, and checked it
      statement.execute("LOCK TABLE harvester.series");
      a.send(many("office", 500)).mustBeStored().mustHaveWritten(500);
      assertEquals(500, a.sender().metric("harvester_samples_duplicate_total"));
      other.rollback();
      a.send(series("m", "node", "office", "i", "new").with(at(NOW, 1))).mustBeStored();
    }
    assertEquals(1002L, db.value("SELECT count(*) FROM harvester.sample"));
  }

  @EachTier
  void new_series_are_registered_in_bulk(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(many("lab", 1)).mustBeStored();
      long before = transactions(db);
      a.send(many("lab", 10_000)).mustBeStored();
      long used = transactions(db) - before;
      // The request's, and what looks after the database every second, on a slow machine for
      // longer.
      assertTrue(used < 500, used + " transactions for 10,000 series");
    }
  }

  private static long transactions(TestDatabase db) throws Exception {
    Thread.sleep(1500); // statistics are sent once a second
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Message.Series[] many(String node, int count) {
    Message.Series[] all = new Message.Series[count];
    for (int i = 0; i < count; i++) {
      all[i] = series("m", "node", node, "i", Integer.toString(i)).with(at(NOW, i));
    }
    return all;
  }
}
