// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Windows of chunks that are being filled are merged beside readers and writers. */
class OpenChunkMergeIT extends OpenChunkCase {
  @EachTier(TestTier.COLUMNAR)
  void finished_windows_become_few_batches_and_the_newest_is_left() throws Exception {
    try (TestAggregator aggregator = aggregator()) {
      fill(aggregator, 0, 3 * WINDOW);
      long unfinished = batches(2);
      assertTrue(batches(0) >= 2 * WINDOW, "a batch for each scrape of a node");
      String before = (String) db.value(digest(0, 3 * WINDOW));
      merge();
      // 4,000 random samples of a node, inline: a batch holds about 450.
      assertTrue(batches(0) <= 2 * 12, "batches of the first window: " + batches(0));
      assertEquals(unfinished, batches(2));
      assertEquals(before, db.value(digest(0, 3 * WINDOW)));
      assertEquals(0, toastBytes(), "bytes in TOAST before the chunk is closed");
      long merged = batches(0);
      merge();
      assertEquals(merged, batches(0), "merged once");
    }
    mustBeStored();
    assertEquals(
        2L * 2 * WINDOW * SERIES,
        db.value(
            "SELECT sum(split_part(note, ' ', 1)::int) FROM harvester.chunk_maintenance"
                + " WHERE step = 'merge'"));
  }

  @EachTier(TestTier.COLUMNAR)
  void late_samples_in_a_merged_window_are_stored_once_and_merged_among_themselves()
      throws Exception {
    try (TestAggregator aggregator = aggregator()) {
      for (int scrape = 0; scrape < 3 * WINDOW; scrape++) {
        if (scrape < 4 || scrape >= 10) {
          scrape(aggregator, "n1", scrape);
        }
      }
      merge();
      long merged = batches(0);
      scrape(aggregator, "n1", 4);
      long withOne = batches(0);
      assertTrue(withOne > merged);
      merge();
      assertEquals(withOne, batches(0), "one late scrape is not worth a merge");
      for (int scrape = 5; scrape < 10; scrape++) {
        scrape(aggregator, "n1", scrape);
      }
      long late = batches(0) - merged;
      merge();
      assertTrue(batches(0) - merged < late, "batches: " + batches(0) + ", late: " + late);
      aggregator
          .send(
              new Message(
                  List.of(
                      series("m0", "node", "n1", "i", "0")
                          .with(bitsAt(start + 5L * STEP, Message.STALE)))),
              Message.Version.V2)
          .mustBeStored();
    }
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void readers_see_every_sample_once_at_any_moment_of_a_merge() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<String> wrong = new AtomicReference<>();
    try (TestAggregator aggregator = aggregator()) {
      fill(aggregator, 0, 2 * WINDOW);
      String before = (String) db.value(digest(0, 2 * WINDOW));
      Thread reader =
          new Thread(
              () -> {
                try (Connection connection = jdbc.open("test");
                    Statement statement = connection.createStatement()) {
                  while (!done.get() && wrong.get() == null) {
                    try (var row = statement.executeQuery(digest(0, 2 * WINDOW))) {
                      row.next();
                      if (!before.equals(row.getString(1))) {
                        wrong.set(row.getString(1) + ", before: " + before);
                      }
                    }
                  }
                } catch (SQLException e) {
                  wrong.set(e.toString());
                }
              });
      reader.start();
      Thread writer = new Thread(() -> fill(aggregator, 2 * WINDOW, 5 * WINDOW));
      writer.start();
      while (writer.isAlive()) {
        merge();
      }
      writer.join();
      merge();
      done.set(true);
      reader.join();
      assertEquals(null, wrong.get());
      assertTrue(batches(1) <= 2 * 12, "batches: " + batches(1));
    }
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void a_merge_whose_connection_is_cut_loses_and_doubles_nothing() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    int failures = 0;
    try (TestAggregator aggregator = aggregator()) {
      fill(aggregator, 0, WINDOW + 5);
      Thread killer = new Thread(() -> cutMerges(done));
      killer.start();
      for (int round = 1; round <= 20; round++) {
        fill(aggregator, round * WINDOW + 5, (round + 1) * WINDOW + 5);
        try {
          merge();
        } catch (SQLException e) {
          failures++;
        }
      }
      done.set(true);
      killer.join();
      merge();
      assertTrue(failures > 0, "no merge was cut off");
      assertTrue(batches(3) <= 2 * 12, "batches: " + batches(3));
    }
    mustBeStored();
  }

  private void cutMerges(AtomicBoolean done) {
    try (Connection connection = jdbc.open("test");
        Statement statement = connection.createStatement()) {
      while (!done.get()) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND application_name = 'harvester merge'");
        Thread.sleep(7 + random.nextInt(60));
      }
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @EachTier(TestTier.COLUMNAR)
  void one_process_merges_at_a_time() throws Exception {
    try (TestAggregator aggregator = aggregator();
        Connection other = jdbc.open("another aggregator");
        Statement statement = other.createStatement()) {
      fill(aggregator, 0, 2 * WINDOW);
      long before = batches(0);
      statement.execute("SELECT pg_advisory_lock(hashtext('harvester.chunk_maintenance'))");
      merge();
      assertEquals(before, batches(0));
      statement.execute("SELECT pg_advisory_unlock_all()");
      merge();
      assertTrue(batches(0) < before);
    }
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void a_write_does_not_wait_for_a_merge_and_a_merge_does_not_wait_for_a_reader() throws Exception {
    try (TestAggregator aggregator = aggregator();
        Connection merging = jdbc.open("test");
        Connection reading = jdbc.open("test");
        Statement lock = merging.createStatement();
        Statement read = reading.createStatement()) {
      fill(aggregator, 0, 2 * WINDOW);
      reading.setAutoCommit(false);
      read.executeQuery(digest(0, WINDOW)).close(); // holds its locks until it ends
      merge();
      assertTrue(batches(0) <= 2 * 12, "batches: " + batches(0));
      merging.setAutoCommit(false);
      lock.execute(
          "LOCK TABLE ONLY "
              + db.value("SELECT tableoid::regclass::text FROM harvester.sample LIMIT 1")
              + " IN SHARE MODE");
      fill(aggregator, 2 * WINDOW, 2 * WINDOW + 2);
      merging.rollback();
    }
    mustBeStored();
  }
}
