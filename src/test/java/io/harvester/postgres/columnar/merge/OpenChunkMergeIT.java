// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;

/** Windows of chunks that are being filled are merged beside readers and writers. */
class OpenChunkMergeIT {
  private static final int SERIES = 200;
  private static final int STEP = 15_000;

  /** Scrapes in a window of five minutes. */
  private static final int WINDOW = 20;

  private static final String DIGEST =
      """
      SELECT count(*) || ' ' || coalesce(sum(hashtextextended(series_id || ' '
               || extract(epoch FROM time) || ' ' || encode(float8send(value), 'hex'), 0)), 0)
        FROM harvester.sample WHERE time >= '%s' AND time < '%s'
      """;

  private final Random random = new Random(20);
  private final List<String> expected = new ArrayList<>();
  private TestDatabase db;
  private Jdbc jdbc;
  private OpenChunkMerge merge;

  /** The start of a chunk of two hours in the past, which is being filled. */
  private long start;

  @BeforeEach
  void start(TestDatabase database) {
    db = database;
    jdbc = new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(30));
    merge = new OpenChunkMerge(jdbc, new CodecProbe(), Duration.ofMinutes(5));
    start = System.currentTimeMillis() / 7_200_000 * 7_200_000 - 2 * 7_200_000L;
  }

  /** No window of the aggregator's own: only the test merges. */
  private TestAggregator aggregator() throws Exception {
    return TestAggregator.start(db, "--merge-interval=0");
  }

  private void scrape(TestAggregator aggregator, String node, int scrape) {
    long time = start + (long) scrape * STEP;
    List<Message.Series> all = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      long bits = i % 20 == 0 ? Message.STALE : random.nextLong() >>> 12;
      all.add(series("m" + i % 5, "node", node, "i", "" + i).with(bitsAt(time, bits)));
      expected.add(Stored.sample(node, "m" + i % 5, "{\"i\": \"" + i + "\"}", time, bits));
    }
    aggregator.send(new Message(all), Message.Version.V2).mustBeStored().mustHaveWritten(SERIES);
  }

  private void fill(TestAggregator aggregator, int from, int to) {
    for (int scrape = from; scrape < to; scrape++) {
      scrape(aggregator, "n1", scrape);
      scrape(aggregator, "n2", scrape);
    }
  }

  private void merge() throws SQLException {
    // Each round sees new rows, and so does not wait for the next window of the clock.
    merge.round(Instant.now(), Long.MAX_VALUE, chunk -> true, () -> false);
    merge = new OpenChunkMerge(jdbc, new CodecProbe(), Duration.ofMinutes(5));
  }

  private void mustBeStored() throws Exception {
    Collections.sort(expected);
    assertEquals(expected, Stored.samples(db).stream().sorted().toList());
  }

  private String table() throws SQLException {
    return (String)
        db.value(
            "SELECT s.compress_relid::text FROM _timescaledb_catalog.compression_settings s"
                + " WHERE s.relid = (SELECT tableoid FROM harvester.sample LIMIT 1)");
  }

  /** The number of compressed batches that start in a window. */
  private long batches(int window) throws SQLException {
    long from = start + (long) window * WINDOW * STEP;
    return (Long)
        db.value(
            "SELECT count(*) FROM %s WHERE _ts_meta_min_2 >= '%s' AND _ts_meta_min_2 < '%s'"
                .formatted(
                    table(),
                    Instant.ofEpochMilli(from),
                    Instant.ofEpochMilli(from + (long) WINDOW * STEP)));
  }

  private String digest(int fromScrape, int toScrape) {
    return DIGEST.formatted(
        Instant.ofEpochMilli(start + (long) fromScrape * STEP),
        Instant.ofEpochMilli(start + (long) toScrape * STEP));
  }

  private long toastBytes() throws SQLException {
    return (Long)
        db.value(
            "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = '%s'::regclass"
                .formatted(table()));
  }

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

  @EachTier(TestTier.COLUMNAR)
  void the_close_merges_windows_again_and_leaves_no_gaps() throws Exception {
    try (TestAggregator aggregator = aggregator()) {
      for (int window = 0; window < 12; window++) {
        fill(aggregator, window * WINDOW, (window + 1) * WINDOW);
        merge();
      }
      long open = batches(3);
      new ChunkMaintenance(jdbc, new CodecProbe()).round(Instant.now(), chunk -> false);
      assertTrue(batches(3) < open);
    }
    mustBeStored();
    long content =
        (Long)
            db.value(
                "SELECT sum(pg_column_size(series_id) + pg_column_size(time)"
                    + " + pg_column_size(value))::bigint FROM "
                    + table());
    long total = (Long) db.value("SELECT pg_total_relation_size('%s')".formatted(table()));
    assertTrue(total < content * 6 / 5 + (1 << 18), total + " bytes, content " + content);
    assertFalse(
        (Boolean)
            db.value(
                "SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid AND indrelid ="
                    + " '%s'::regclass)".formatted(table())));
  }

  @EachTier(TestTier.COLUMNAR)
  void gaps_in_the_toast_table_are_closed() throws Exception {
    try (TestAggregator aggregator = aggregator();
        Connection connection = jdbc.open("test");
        Statement statement = connection.createStatement()) {
      fill(aggregator, 0, 12 * WINDOW);
      // As versions before wrote them: columns of small batches in TOAST.
      statement.execute("ALTER TABLE " + table() + " SET (toast_tuple_target = 128)");
      statement.execute("UPDATE " + table() + " SET value = value");
      for (int copy = 0; copy < 3; copy++) {
        statement.execute(
            "WITH gone AS (DELETE FROM %1$s RETURNING *) INSERT INTO %1$s SELECT * FROM gone"
                .formatted(table()));
      }
      long gaps = toastBytes();
      assertTrue(gaps > 2 << 20, gaps + " bytes");
      new ChunkMaintenance(jdbc, new CodecProbe()).round(Instant.now(), chunk -> false);
      assertTrue(toastBytes() < gaps / 3, toastBytes() + " bytes of " + gaps);
    }
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void a_query_of_a_node_by_name_reads_the_batches_of_that_node() throws Exception {
    try (TestAggregator aggregator = aggregator()) {
      for (int scrape = 0; scrape < 6 * WINDOW; scrape++) {
        for (int node = 0; node < 8; node++) {
          scrape(aggregator, "n" + node, scrape);
        }
      }
      merge();
    }
    db.execute("ANALYZE " + table());
    String plan =
        String.join(
            "\n",
            db
                .query(
                    "EXPLAIN SELECT count(*) FROM harvester.node n JOIN harvester.sample s"
                        + " USING (node_id) WHERE n.name = 'n3'")
                .stream()
                .map(row -> (String) row.get(0))
                .toList());
    assertTrue(plan.contains("node_id = n.node_id"), plan);
    assertFalse(plan.contains("Hash Join"), plan);
  }
}
