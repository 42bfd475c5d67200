// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.ColumnarSampleSource;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.read.PgSeriesReader;
import io.harvester.postgres.read.RowSampleSource;
import io.harvester.read.Matcher;
import io.harvester.storage.StoreException;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** The reader gives what is in the tables, bit for bit, in every tier. */
class SeriesReaderIT {
  private static final long HOUR = 3_600_000;
  private static final long NOW = System.currentTimeMillis();

  @EachTier
  void it_reads_what_was_written_bit_for_bit(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db);
        PgSeriesReader reader = reader(db)) {
      Random random = new Random(7);
      for (int request = 0; request < 40; request++) {
        write(a, random);
      }
      assertEquals(Stored.samples(db), all(reader, Long.MIN_VALUE / 4, Long.MAX_VALUE / 4));
      assertEquals(
          stored(db, "n.name = 'n1' AND r.labels ->> 'i' = '3'"),
          read(reader, 0, NOW + HOUR, is("node", "n1"), is("i", "3")));
      long from = NOW - HOUR;
      assertEquals(
          stored(db, "s.time >= to_timestamp(" + from + " / 1000.0) AND m.name = 'm1'"),
          read(reader, from, NOW + HOUR, is("__name__", "m1")));
      assertEquals(List.of(), read(reader, from, from - 1, is("__name__", "m1")));
      assertEquals(List.of(), read(reader, 0, NOW, is("__name__", "absent")));
    }
  }

  /** Late samples, duplicates of the time in other series, NaNs, three chunks of days. */
  private static void write(TestAggregator a, Random random) {
    List<Message.Series> message = new ArrayList<>();
    String node = "n" + random.nextInt(3);
    long base = NOW - 24 * HOUR * random.nextInt(3) - random.nextInt(7_200_000);
    for (int i = 0; i < 20; i++) {
      Message.Sample[] samples = new Message.Sample[1 + random.nextInt(5)];
      for (int s = 0; s < samples.length; s++) {
        double value =
            switch (random.nextInt(4)) {
              case 0 -> Double.longBitsToDouble(0x7ff0000000000002L);
              case 1 -> Double.longBitsToDouble(0x7ff8000000000001L + random.nextInt(9));
              case 2 -> -0.0;
              default -> random.nextGaussian();
            };
        samples[s] = at(base + 1000L * s + random.nextInt(900), value);
      }
      message.add(series("m" + i % 3, "node", node, "i", Integer.toString(i)).with(samples));
    }
    a.send(message.toArray(Message.Series[]::new)).mustBeStored();
  }

  @EachTier
  void new_series_and_removed_nodes_are_noticed(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db);
        PgSeriesReader reader = reader(db)) {
      a.send(series("up", "node", "a").with(at(NOW, 1))).mustBeStored();
      assertEquals(Set.of("a"), reader.labelValues("node", List.of(), 0));
      a.send(
              series("up", "node", "b").with(at(NOW, 1)),
              series("new", "node", "a", "x", "1").with(at(NOW, 1)))
          .mustBeStored();
      Eventually.until(
          "the new node is found",
          () -> reader.labelValues("node", List.of(), 0).equals(new TreeSet<>(Set.of("a", "b"))));
      assertEquals(new TreeSet<>(Set.of("__name__", "node", "x")), reader.labelNames(List.of(), 0));
      new NodeCli(db).run("remove", "b", "--with-data");
      Eventually.until(
          "the node is gone",
          Duration.ofSeconds(20),
          () -> reader.labelValues("node", List.of(), 0).equals(Set.of("a")));
    }
  }

  @EachTier
  void a_query_ends_when_its_asker_goes(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db);
        PgSeriesReader reader = reader(db)) {
      a.send(series("up", "node", "a").with(at(NOW, 1))).mustBeStored();
      AtomicInteger series = new AtomicInteger();
      reader.read(List.of(), 0, NOW, (l, t, b, count) -> series.incrementAndGet(), () -> true);
      assertEquals(0, series.get());
      reader.read(List.of(), 0, NOW, (l, t, b, count) -> series.incrementAndGet(), () -> false);
      assertEquals(1, series.get());
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_broken_connection_is_an_error_and_the_next_query_works(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db);
        PgSeriesReader reader = reader(db)) {
      a.send(series("up", "node", "a").with(at(NOW, 1))).mustBeStored();
      assertEquals(1, read(reader, 0, NOW, is("node", "a")).size());
      db.superuser()
          .value(
              "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                  + " WHERE application_name = 'harvester reader'");
      StoreException error =
          assertThrows(StoreException.class, () -> read(reader, 0, NOW, is("node", "a")));
      assertTrue(error.getMessage().contains("cannot be read"), error.getMessage());
      Eventually.until(
          "the next query works",
          () -> {
            try {
              return read(reader, 0, NOW, is("node", "a")).size() == 1;
            } catch (StoreException e) {
              return false; // another idle connection
            }
          });
    }
  }

  private static PgSeriesReader reader(TestDatabase db) {
    boolean columnar = db.tier() == TestTier.COLUMNAR;
    return new PgSeriesReader(
        new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(20)),
        "node",
        columnar
            ? new ColumnarSampleSource(new CodecProbe(FastPath.ALWAYS))
            : RowSampleSource.bySeries(),
        2);
  }

  private static Matcher is(String label, String value) {
    return Matcher.of(Matcher.Type.EQUAL, label, value);
  }

  private static List<String> all(PgSeriesReader reader, long from, long to) throws StoreException {
    return read(reader, from, to);
  }

  /** The samples in the form of {@link Stored#samples}. */
  private static List<String> read(PgSeriesReader reader, long from, long to, Matcher... matchers)
      throws StoreException {
    List<String> found = new ArrayList<>();
    reader.read(
        List.of(matchers),
        from,
        to,
        (labels, times, bits, count) -> {
          String text =
              labels.others().stream()
                  .map(l -> "\"" + l.name() + "\": \"" + l.value() + "\"")
                  .reduce((x, y) -> x + ", " + y)
                  .orElse("");
          for (int i = 0; i < count; i++) {
            assertTrue(i == 0 || times[i] > times[i - 1], "ascending and distinct");
            found.add(
                Stored.sample(labels.node(), labels.metric(), "{" + text + "}", times[i], bits[i]));
          }
        },
        () -> false);
    return found.stream().sorted().toList();
  }

  private static List<String> stored(TestDatabase db, String condition) throws Exception {
    return Stored.samples(db, condition);
  }
}
