// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.layout.HypertableLayout;
import io.harvester.postgres.layout.PostgresLayout;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.packed.RowChunks;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.read.PgSeriesReader;
import io.harvester.postgres.read.RowSampleSource;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scrapes of two nodes in some hours of the past, and packing of them. */
final class PackedCase {
  static final long HOUR = 3_600_000;
  static final int STEP = 60_000;
  static final int SERIES = 24;

  /** Values whose bits must survive. */
  private static final long[] BITS = {
    Message.STALE,
    0x7ff8000000000001L,
    0xfff8000000000abcL,
    Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY),
    Double.doubleToRawLongBits(-0.0),
    Double.doubleToRawLongBits(Double.MIN_VALUE)
  };

  /** The first hour; a chunk or partition begins there. */
  final long start = System.currentTimeMillis() / HOUR * HOUR - 6 * HOUR;

  final TestDatabase db;
  final Jdbc jdbc;
  final StorageLayout layout;

  /** Every sample that was acknowledged, as {@link Stored#sample}. */
  final List<String> expected = new ArrayList<>();

  private Instant clock = Instant.now();

  PackedCase(TestDatabase db) {
    this.db = db;
    this.jdbc = new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(30));
    this.layout = layout(jdbc, db.tier());
  }

  private static StorageLayout layout(Jdbc jdbc, TestTier tier) {
    Duration hour = Duration.ofHours(1);
    Duration year = Duration.ofDays(365);
    Rollups rollups = new Rollups(Duration.ofDays(365), Duration.ofDays(90), year);
    return tier == TestTier.HYPERTABLE
        ? new HypertableLayout(jdbc, hour, hour, year, rollups)
        : new PostgresLayout(jdbc, hour, hour, year, rollups);
  }

  /** Its maintenance does not pack: only the test does. */
  TestAggregator aggregator() throws Exception {
    return TestAggregator.start(db, "--pack-after=0", "--chunk-interval=1h");
  }

  /** The value of a series at a time, always the same. */
  private static long bits(String node, int i, long time) {
    long mixed = (node.hashCode() * 31L + i) * 1_000_003 + time / 1000;
    return mixed % 17 == 0
        ? BITS[Math.floorMod(mixed / 17, BITS.length)]
        : Double.doubleToRawLongBits(mixed % 1000 / 8.0);
  }

  /** All series of a node at a time; some have times of their own, some begin later. */
  void scrape(TestAggregator aggregator, String node, long time) {
    List<Message.Series> all = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      if (i % 8 != 7 || time >= start + HOUR / 2) {
        all.add(one(node, i, i % 12 == 5 ? time + 100 + i : time));
      }
    }
    aggregator
        .send(new Message(all), Message.Version.V2)
        .mustBeStored()
        .mustHaveWritten(all.size());
  }

  Message.Series one(String node, int i, long time) {
    long bits = bits(node, i, time);
    expected.add(Stored.sample(node, "m" + i % 3, "{\"i\": \"" + i + "\"}", time, bits));
    return series("m" + i % 3, "node", node, "i", "" + i).with(bitsAt(time, bits));
  }

  /** Scrapes of both nodes in {@code [from, to)}, minutes after the start. */
  void fill(TestAggregator aggregator, int from, int to) {
    for (int minute = from; minute < to; minute++) {
      scrape(aggregator, "n1", start + (long) minute * STEP);
      scrape(aggregator, "n2", start + (long) minute * STEP + 250);
    }
  }

  /** Packs everything of the past; in the second round, since chunks rest after they were found. */
  void pack() throws Exception {
    for (int round = 0; round < 2; round++) {
      clock = clock.plus(Duration.ofMinutes(11));
      layout.maintainClosed(clock, () -> false);
    }
  }

  /** Whether the chunk or partition of a time still exists. */
  boolean hasChunk(long time) throws Exception {
    try (Connection connection = db.connect()) {
      return ((RowChunks) layout)
          .list(connection).stream()
              .anyMatch(
                  chunk ->
                      chunk.start().toEpochMilli() <= time && time < chunk.end().toEpochMilli());
    }
  }

  long rows() throws Exception {
    return (Long) db.value("SELECT count(*) FROM harvester.sample");
  }

  long packedSeries() throws Exception {
    return (Long) db.value("SELECT count(*) FROM harvester.packed_sample");
  }

  /** Every sample by the view of all, in the form of {@link #expected}. */
  List<String> stored() throws Exception {
    return read(
        """
        SELECT n.name || ' ' || m.name || ' ' || r.labels::text || ' '
               || (extract(epoch FROM s.time) * 1000)::bigint || ' '
               || encode(float8send(s.value), 'hex')
          FROM harvester.stored_sample s
          JOIN harvester.series r ON r.series_id = s.series_id
          JOIN harvester.node n ON n.node_id = s.node_id AND n.node_id = r.node_id
          JOIN harvester.metric m ON m.metric_id = r.metric_id
        """);
  }

  void mustBeStored() throws Exception {
    Collections.sort(expected);
    assertEquals(expected, stored());
  }

  /** What every way of reading gives, with the bits of the values. */
  Map<String, List<String>> everyWay() throws Exception {
    Map<String, List<String>> found = new TreeMap<>();
    found.put("stored", stored());
    String at = Instant.ofEpochMilli(start + HOUR / 2).toString();
    for (String condition :
        List.of(
            "true",
            "node = 'n1'",
            "i = '3' AND node IN ('n1', 'n2')",
            "time >= '" + at + "'",
            "time < '" + at + "' AND node = 'n2'",
            "time > timestamptz '" + at + "' + interval '10 min' AND value > 3",
            "value = 'NaN'")) {
      for (String metric : List.of("m0", "m1", "m2")) {
        found.put(
            metric + " " + condition,
            read(
                "SELECT concat_ws(' ', time, node, encode(float8send(value), 'hex'), series_id, i)"
                    + " FROM metric."
                    + metric
                    + " WHERE "
                    + condition));
      }
    }
    for (String arguments :
        List.of(
            "'m0', '-infinity', 'infinity'",
            "'m1', '" + at + "', now(), stale => true",
            "'m2', '" + at + "', now(), nodes => '{n2}', match => '{\"i\": \"2\"}'")) {
      found.put(
          arguments,
          read(
              "SELECT concat_ws(' ', time, node, encode(float8send(value), 'hex'), labels,"
                  + " series_id) FROM metric.samples("
                  + arguments
                  + ")"));
    }
    found.put(
        "stale",
        read(
            "SELECT concat_ws(' ', time, node, metric, labels, series_id)"
                + " FROM harvester.stale_marker"));
    found.put("reader", reader(Long.MIN_VALUE / 4, Long.MAX_VALUE / 4));
    found.put("reader from", reader(start + HOUR / 2, start + HOUR));
    return found;
  }

  private List<String> reader(long from, long to) throws Exception {
    List<String> found = Collections.synchronizedList(new ArrayList<>());
    try (PgSeriesReader reader = new PgSeriesReader(jdbc, "node", RowSampleSource.bySeries(), 2)) {
      reader.read(
          List.of(),
          from,
          to,
          (labels, times, bits, count) -> {
            for (int s = 0; s < count; s++) {
              found.add(
                  "%s %s %s %d %016x"
                      .formatted(
                          labels.metric(), labels.node(), labels.others(), times[s], bits[s]));
            }
          },
          () -> false);
    }
    return found.stream().sorted().toList();
  }

  private List<String> read(String query) throws Exception {
    return db.query(query).stream().map(row -> (String) row.get(0)).sorted().toList();
  }
}
