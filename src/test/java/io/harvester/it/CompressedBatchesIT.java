// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;

/**
 * Samples that go into the columnstore as batches compressed by us. The first write into a chunk
 * goes by COPY; whether the later ones do is told by what compaction does to them.
 */
class CompressedBatchesIT {
  private static final long[] HARD = {
    Message.STALE, 0x7ff8000000000001L, -1, 0, 1, Long.MIN_VALUE, Double.doubleToRawLongBits(1e300)
  };

  private final Random random = new Random(7);
  private final List<String> expected = new ArrayList<>();
  private TestDatabase db;
  private long now;

  @BeforeEach
  void start(TestDatabase database) {
    db = database;
    now = System.currentTimeMillis() - 600_000;
  }

  /** One scrape of a node, with every kind of value: more series than a batch holds. */
  private Message scrape(String node, long time) {
    return new Message(scrape(node, time, 1300));
  }

  private List<Message.Series> scrape(String node, long time, int size) {
    List<Message.Series> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      long bits =
          i % 10 == 0
              ? HARD[random.nextInt(HARD.length)]
              : Double.doubleToRawLongBits(i % 3 == 0 ? i : random.nextGaussian());
      all.add(series("m" + i % 5, "node", node, "i", "" + i).with(bitsAt(time, bits)));
      expected.add(Stored.sample(node, "m" + i % 5, "{\"i\": \"" + i + "\"}", time, bits));
    }
    return all;
  }

  private void sendRounds(TestAggregator aggregator, int from, int to) {
    for (int round = from; round < to; round++) {
      for (String node : List.of("n1", "n2")) {
        aggregator
            .send(scrape(node, now + round * 1000L), Message.Version.V2)
            .mustBeStored()
            .mustHaveWritten(1300);
      }
    }
  }

  private void mustBeStored() throws Exception {
    Collections.sort(expected);
    assertEquals(expected, Stored.samples(db).stream().sorted().toList());
  }

  private double retries(TestAggregator aggregator) {
    return aggregator.sender().counterByReason("harvester_write_retries_total");
  }

  private Object status() throws Exception {
    return db.value(
        "SELECT bit_or(_timescaledb_functions.chunk_status(c)) FROM show_chunks('harvester.sample')"
            + " c");
  }

  @EachTier(TestTier.COLUMNAR)
  void every_bit_reads_back() throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      sendRounds(aggregator, 0, 4);
      mustBeStored();
      assertEquals(
          0L, db.value("SELECT count(*) FROM ONLY harvester.sample"), "rows beside the chunks");
    }
  }

  @EachTier(TestTier.COLUMNAR)
  void a_flush_of_many_nodes_reads_back() throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      for (int round = 0; round < 3; round++) {
        List<Message.Series> fleet = new ArrayList<>();
        for (int node = 0; node < 12; node++) {
          fleet.addAll(scrape("n" + node, now + round * 1000L, 30));
        }
        aggregator
            .send(new Message(fleet), Message.Version.V2)
            .mustBeStored()
            .mustHaveWritten(fleet.size());
      }
      mustBeStored();
    }
  }

  @EachTier(TestTier.COLUMNAR)
  void batches_are_kept_in_line_while_a_chunk_is_filled() throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      sendRounds(aggregator, 0, 4);
      assertEquals(
          List.of(List.of("{toast_tuple_target=4080,fillfactor=100}")),
          db.query(
              "SELECT DISTINCT c.reloptions::text FROM pg_class c JOIN"
                  + " _timescaledb_catalog.compression_settings s ON s.compress_relid = c.oid"));
      db.query(
          "SELECT harvester.set_compressed_batch_storage(c, false) FROM"
              + " show_chunks('harvester.sample') c");
      sendRounds(aggregator, 4, 6);
      mustBeStored();
    }
  }

  @EachTier(TestTier.COLUMNAR)
  void a_retry_and_a_late_sample_are_told_apart() throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      sendRounds(aggregator, 0, 2);
      Message twice = scrape("n1", now + 5000);
      Message late = scrape("n1", now - 5000);
      for (Message message : List.of(twice, twice, late, late)) {
        aggregator.send(message, Message.Version.V2).mustBeStored().mustHaveWritten(1300);
      }
      mustBeStored();
    }
  }

  @EachTier(TestTier.COLUMNAR)
  void compaction_in_between_costs_one_retry_and_nothing_else() throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      sendRounds(aggregator, 0, 3);
      assertEquals(0, retries(aggregator));
      db.query(
          "SELECT _timescaledb_functions.compact_chunk(c) FROM show_chunks('harvester.sample') c");
      assertEquals(1, status(), "compressed, and no longer unordered");
      sendRounds(aggregator, 3, 6);
      assertEquals(1, retries(aggregator), "the batch is refused once, then COPY marks the chunk");
      mustBeStored();
      assertEquals(0, Stored.duplicates(db));
    }
  }

  @EachTier(TestTier.COLUMNAR)
  void a_continuous_aggregate_hears_of_late_samples() throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      sendRounds(aggregator, 0, 3);
      db.execute(
          """
          CREATE MATERIALIZED VIEW per_hour WITH (timescaledb.continuous) AS
            SELECT time_bucket('1 hour', time) AS hour, node_id, count(*) AS samples
              FROM harvester.sample GROUP BY 1, 2
          """);
      sendRounds(aggregator, 3, 5);
      db.execute("CALL refresh_continuous_aggregate('per_hour', NULL, NULL)");
      assertEquals(
          db.value("SELECT count(*) FROM harvester.sample"),
          ((Number) db.value("SELECT sum(samples) FROM per_hour")).longValue());
      mustBeStored();
    }
  }
}
