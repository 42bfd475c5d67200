// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;

/** A chunk of two hours in the past that is being filled by scrapes, and merges of it. */
abstract class OpenChunkCase {
  static final int SERIES = 200;
  static final int STEP = 15_000;

  /** Scrapes in a window of five minutes. */
  static final int WINDOW = 20;

  static final String DIGEST =
      """
      SELECT count(*) || ' ' || coalesce(sum(hashtextextended(series_id || ' '
               || extract(epoch FROM time) || ' ' || encode(float8send(value), 'hex'), 0)), 0)
        FROM harvester.sample WHERE time >= '%s' AND time < '%s'
      """;

  final Random random = new Random(20);
  final List<String> expected = new ArrayList<>();
  TestDatabase db;
  Jdbc jdbc;
  OpenChunkMerge merge;

  /** The start of a chunk of two hours in the past, which is being filled. */
  long start;

  @BeforeEach
  void start(TestDatabase database) {
    db = database;
    jdbc = new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(30));
    merge = new OpenChunkMerge(jdbc, new CodecProbe(FastPath.ALWAYS), Duration.ofMinutes(5));
    start = System.currentTimeMillis() / 7_200_000 * 7_200_000 - 2 * 7_200_000L;
  }

  /** No window of the aggregator's own: only the test merges. */
  TestAggregator aggregator() throws Exception {
    return TestAggregator.start(db, "--merge-interval=0");
  }

  void scrape(TestAggregator aggregator, String node, int scrape) {
    long time = start + (long) scrape * STEP;
    List<Message.Series> all = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      long bits = i % 20 == 0 ? Message.STALE : random.nextLong() >>> 12;
      all.add(series("m" + i % 5, "node", node, "i", "" + i).with(bitsAt(time, bits)));
      expected.add(Stored.sample(node, "m" + i % 5, "{\"i\": \"" + i + "\"}", time, bits));
    }
    aggregator.send(new Message(all), Message.Version.V2).mustBeStored().mustHaveWritten(SERIES);
  }

  void fill(TestAggregator aggregator, int from, int to) {
    for (int scrape = from; scrape < to; scrape++) {
      scrape(aggregator, "n1", scrape);
      scrape(aggregator, "n2", scrape);
    }
  }

  void merge() throws SQLException {
    // Each round sees new rows, and so does not wait for the next window of the clock.
    merge.round(Instant.now(), Long.MAX_VALUE, chunk -> true, () -> false);
    merge = new OpenChunkMerge(jdbc, new CodecProbe(FastPath.ALWAYS), Duration.ofMinutes(5));
  }

  void mustBeStored() throws Exception {
    Collections.sort(expected);
    assertEquals(expected, Stored.samples(db).stream().sorted().toList());
  }

  String table() throws SQLException {
    return (String)
        db.value(
            "SELECT s.compress_relid::text FROM _timescaledb_catalog.compression_settings s"
                + " WHERE s.relid = (SELECT tableoid FROM harvester.sample LIMIT 1)");
  }

  /** The number of compressed batches that start in a window. */
  long batches(int window) throws SQLException {
    long from = start + (long) window * WINDOW * STEP;
    return (Long)
        db.value(
            "SELECT count(*) FROM %s WHERE _ts_meta_min_2 >= '%s' AND _ts_meta_min_2 < '%s'"
                .formatted(
                    table(),
                    Instant.ofEpochMilli(from),
                    Instant.ofEpochMilli(from + (long) WINDOW * STEP)));
  }

  String digest(int fromScrape, int toScrape) {
    return DIGEST.formatted(
        Instant.ofEpochMilli(start + (long) fromScrape * STEP),
        Instant.ofEpochMilli(start + (long) toScrape * STEP));
  }

  long toastBytes() throws SQLException {
    return (Long)
        db.value(
            "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = '%s'::regclass"
                .formatted(table()));
  }
}
