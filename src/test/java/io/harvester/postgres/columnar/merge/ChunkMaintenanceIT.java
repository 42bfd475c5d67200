// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.columnar.ChunkStatus;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.rollup.Rollups;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;

/** Maintenance of closed chunks on a server with direct compress and compaction. */
class ChunkMaintenanceIT {
  private static final long[] HARD = {
    Message.STALE, 0x7ff8000000000001L, -1, 0, 1, Long.MIN_VALUE, Double.doubleToRawLongBits(1e300)
  };
  private static final int SERIES = 300;
  private static final Rollups ROLLUPS =
      new Rollups(Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(365));

  private final Random random = new Random(5);
  private final List<String> expected = new ArrayList<>();
  private TestDatabase db;
  private Jdbc jdbc;

  /** The middle of a closed chunk of two hours, in ms since the epoch. */
  private long old;

  @BeforeEach
  void start(TestDatabase database) {
    db = database;
    jdbc = new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(30));
    old = (System.currentTimeMillis() - 6 * 3_600_000L) / 7_200_000 * 7_200_000 + 3_600_000;
  }

  private void send(TestAggregator aggregator, String node, int scrape) {
    long time = old + scrape * 1000L;
    List<Message.Series> all = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      long bits = i % 10 == 0 ? HARD[random.nextInt(HARD.length)] : random.nextLong() >>> 12;
      all.add(series("m" + i % 5, "node", node, "i", "" + i).with(bitsAt(time, bits)));
      expected.add(Stored.sample(node, "m" + i % 5, "{\"i\": \"" + i + "\"}", time, bits));
    }
    aggregator.send(new Message(all), Message.Version.V2).mustBeStored().mustHaveWritten(SERIES);
  }

  /** Scrapes of two nodes, the second of which sends them backwards in time. */
  private void fill(int scrapes) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      for (int scrape = 0; scrape < scrapes; scrape++) {
        send(aggregator, "n1", scrape);
        send(aggregator, "n2", scrapes - scrape);
      }
    }
  }

  private void maintain() throws SQLException {
    new ChunkMaintenance(jdbc, new CodecProbe(FastPath.ALWAYS), ROLLUPS)
        .round(Instant.now(), start -> false);
  }

  private ChunkRollups rollups(Connection connection) throws SQLException {
    Instant start = Instant.ofEpochMilli(old - 3_600_000);
    return ChunkRollups.of(ROLLUPS, connection, start, start.plusSeconds(7200));
  }

  private void mustBeStored() throws Exception {
    Collections.sort(expected);
    assertEquals(expected, Stored.samples(db).stream().sorted().toList());
  }

  private String steps() throws Exception {
    return (String)
        db.value(
            "SELECT string_agg(step || coalesce(':' || duplicates, ''), ' ' ORDER BY finished_at)"
                + " FROM harvester.chunk_maintenance WHERE chunk = '%s'".formatted(chunk()));
  }

  /** The chunk that has rows. */
  private String chunk() throws SQLException {
    return (String) db.value("SELECT DISTINCT tableoid::regclass::text FROM harvester.sample");
  }

  private int status() throws SQLException {
    return (Integer)
        db.value("SELECT _timescaledb_functions.chunk_status('%s'::regclass)".formatted(chunk()));
  }

  private String table() throws SQLException {
    return (String)
        db.value(
            "SELECT compress_relid::text FROM _timescaledb_catalog.compression_settings"
                + " WHERE relid = '%s'::regclass".formatted(chunk()));
  }

  private long batches() throws SQLException {
    return (Long) db.value("SELECT count(*) FROM " + table());
  }

  @EachTier(TestTier.COLUMNAR)
  void many_compressed_batches_become_few_without_changing_a_bit() throws Exception {
    fill(20);
    assertTrue(batches() >= 40, "a compressed batch for each write of a node");
    maintain();
    assertEquals("compact check_duplicates:0 vacuum", steps());
    assertEquals(ChunkStatus.COMPRESSED, status(), "not unordered");
    // 20 rows per series: batches end with a series.
    assertEquals(12, batches());
    assertEquals(
        0L, db.value("SELECT count(*) FROM %s WHERE _ts_meta_count %% 20 > 0".formatted(table())));
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void the_file_is_truncated_once_no_query_sees_the_old_batches() throws Exception {
    fill(250);
    long written = heapPages();
    try (Connection reader = jdbc.open("test");
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      statement.executeQuery("SELECT count(*) FROM harvester.sample").close();
      SQLException e = assertThrows(SQLException.class, this::maintain);
      assertTrue(
          e.getMessage().contains(" merged batches cannot be removed yet: a query"),
          e.getMessage());
      assertEquals("compact check_duplicates:0", steps());
      assertTrue(heapPages() >= written);
    }
    anHourLater();
    maintain();
    assertEquals("compact check_duplicates:0 check_duplicates:0 vacuum", steps());
    assertTrue(heapPages() < written / 4, heapPages() + " of " + written + " pages");
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void maintenance_waits_until_an_autovacuum_yields() throws Exception {
    fill(20);
    String lock = "LOCK TABLE " + table() + " IN SHARE UPDATE EXCLUSIVE MODE";
    try (Connection other = jdbc.open("test");
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(lock);
      CompletableFuture<Void> maintenance = CompletableFuture.runAsync(this::maintainUnchecked);
      Thread.sleep(1500);
      assertFalse(maintenance.isDone());
      other.rollback();
      maintenance.get(30, TimeUnit.SECONDS);
    }
    assertEquals("compact check_duplicates:0 vacuum", steps());
    mustBeStored();
  }

  private void maintainUnchecked() {
    try {
      maintain();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long heapPages() throws SQLException {
    return (Long)
        db.value(
            "SELECT pg_relation_size('%s') / current_setting('block_size')::int"
                .formatted(table()));
  }

  private void anHourLater() throws SQLException {
    db.execute(
        "UPDATE harvester.chunk_maintenance SET finished_at = finished_at - interval '2 hours'");
  }

  @EachTier(TestTier.COLUMNAR)
  void merging_again_reuses_the_space_of_merged_batches() throws Exception {
    fill(100);
    maintain();
    long once = toastBytes();
    for (int round = 1; round <= 3; round++) {
      try (TestAggregator aggregator = TestAggregator.start(db)) {
        send(aggregator, "n1", 1000 + round);
        send(aggregator, "n2", 1000 + round);
      }
      anHourLater();
      maintain();
    }
    assertTrue(toastBytes() < 2 * once, toastBytes() + " bytes, once " + once);
    mustBeStored();
  }

  private long toastBytes() throws SQLException {
    return (Long)
        db.value(
            "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = '%s'::regclass"
                .formatted(table()));
  }

  @EachTier(TestTier.COLUMNAR)
  void late_samples_after_maintenance_are_merged_in_the_next_round() throws Exception {
    fill(10);
    maintain();
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      for (int scrape = 30; scrape < 34; scrape++) {
        send(aggregator, "n1", scrape);
      }
    }
    assertEquals(ChunkStatus.UNORDERED, status() & ChunkStatus.UNORDERED);
    anHourLater();
    maintain();
    assertEquals("compact check_duplicates:0 vacuum compact check_duplicates:0 vacuum", steps());
    assertEquals(ChunkStatus.COMPRESSED, status());
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void duplicates_are_found_and_removed() throws Exception {
    fill(5);
    db.execute(
        "SET timescaledb.enable_direct_compress_insert = on;"
            + " INSERT INTO harvester.sample SELECT s.* FROM harvester.sample s"
            + " JOIN harvester.node n ON n.node_id = s.node_id AND n.name = 'n1'"
            + " ORDER BY s.node_id, s.series_id, s.time");
    assertEquals(5 * SERIES, Stored.duplicates(db));
    maintain();
    assertEquals("compact check_duplicates:1500 remove_duplicates:1500 vacuum", steps());
    assertEquals(ChunkStatus.COMPRESSED, status());
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void rows_of_the_rowstore_are_compressed_and_merged() throws Exception {
    fill(3);
    db.execute("INSERT INTO harvester.sample SELECT s.* FROM harvester.sample s LIMIT 10");
    assertEquals(ChunkStatus.PARTIAL, status() & ChunkStatus.PARTIAL);
    maintain();
    assertTrue(steps().startsWith("compress "), steps());
    assertTrue(steps().endsWith("check_duplicates:10 remove_duplicates:10 vacuum"), steps());
    assertEquals(ChunkStatus.COMPRESSED, status());
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void a_node_that_does_not_fit_into_memory_is_left_to_the_database() throws Exception {
    fill(4);
    try (Connection connection = jdbc.open("test")) {
      SegmentMerge merge =
          new SegmentMerge(
              connection, CompressedTable.of(connection, chunk()), rollups(connection), SERIES);
      merge.run();
      assertEquals(2, merge.unreadNodes().size());
      assertEquals(0, merge.removedDuplicates());
      mustBeStored();
    }
    maintain();
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void merging_runs_concurrently_with_late_samples_and_a_delete() throws Exception {
    fill(5);
    AtomicBoolean done = new AtomicBoolean();
    int merges = 0;
    try (TestAggregator aggregator = TestAggregator.start(db);
        Connection connection = jdbc.open("test")) {
      Thread sender =
          new Thread(
              () -> {
                for (int scrape = 10; scrape < 60; scrape++) {
                  send(aggregator, "n1", scrape);
                  send(aggregator, "n3", 100 - scrape);
                }
                done.set(true);
              });
      sender.start();
      while (!done.get() && sender.isAlive()) {
        new SegmentMerge(connection, CompressedTable.of(connection, chunk()), rollups(connection))
            .run();
        if (++merges == 3) {
          db.execute(
              "DELETE FROM harvester.sample WHERE node_id ="
                  + " (SELECT node_id FROM harvester.node WHERE name = 'n2')");
        }
      }
      sender.join();
    }
    assertTrue(done.get() && merges >= 3, "merges beside the sender: " + merges);
    expected.removeIf(sample -> sample.startsWith("n2 "));
    mustBeStored();
    maintain();
    mustBeStored();
  }
}
