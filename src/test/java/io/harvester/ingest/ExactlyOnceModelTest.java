// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.ingest.FakeDatabase.Fault;
import io.harvester.ingest.FakeDatabase.Place;
import io.harvester.ingest.dedup.Deduplicator;
import io.harvester.ingest.dedup.StoredKeyCache;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.LabelLimits;
import io.harvester.series.NodeScope;
import io.harvester.series.PreloadedSeries;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.SeriesKey;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.Outcomes;
import io.harvester.storage.SampleStore;
import io.harvester.storage.StoreException;
import io.harvester.testing.Message;
import io.harvester.wire.DataKind;
import io.harvester.wire.MessageVersion;
import io.harvester.wire.RemoteWriteDecoder;
import io.harvester.wire.SeriesDefect;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link Deduplicator} against a naive reference, a map from (series, time) to the first value:
 * random batches of several processes on one database that has no unique index, with retries, late
 * samples, conflicts, lost commits, crashes of the database, restarts and forgotten tables. A row
 * stored twice fails in {@link FakeDatabase}; everything else is compared after each transaction.
 */
class ExactlyOnceModelTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final int NODES = 3;
  private static final int SERIES = 4;
  private static final int WRITERS = 2;

  /** Enough for some stretches of time, not for all. */
  private static final long LATE_BYTES = 20_000;

  private final FakeDatabase database = new FakeDatabase();
  private final Map<Place, Long> reference = new HashMap<>();
  private final Map<String, SeriesKey> keys = new HashMap<>();

  /** Commits whose senders wait, and what would be gone without them. */
  private final List<SampleStore.Commit> unconfirmed = new ArrayList<>();

  private final List<Place> notOnDisk = new ArrayList<>();

  /** How much rarer than in a storm something happens. */
  private int calm = 1;

  /** How far apart scrapes are. */
  private int spacing = 1;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatever_happens_every_sample_is_there_once(long seed) throws Exception {
    run(new Random(seed));
  }

  /** So that what is known of late samples comes to be used, and is seen to be. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void while_little_happens_late_samples_are_known_without_asking(long seed) throws Exception {
    calm = 40;
    spacing = 10;
    run(new Random(seed));
    assertTrue(
        database.finds < database.transactions * 2 / 3,
        database.finds + " comparisons in " + database.transactions + " transactions");
  }

  private void run(Random random) throws Exception {
    List<Aggregating> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(new Aggregating());
    }
    int favourite = 0;
    long clock = NOW;
    for (int step = 0; step < 1_500; step++) {
      clock += random.nextInt(3 * spacing);
      int event = random.nextInt(1000 * calm);
      if (event < 100) {
        favourite = random.nextInt(processes.size());
      } else if (event < 110) {
        processes.set(random.nextInt(processes.size()), new Aggregating());
      } else if (event < 130) {
        Aggregating p = processes.get(random.nextInt(processes.size()));
        p.cache.forget(p.cache.current());
      } else if (event < 135) {
        processes.get(random.nextInt(processes.size())).cache.invalidate();
      } else if (event < 150) {
        processes.get(random.nextInt(processes.size())).readAhead();
      } else if (event < 250) {
        processes.get(random.nextInt(processes.size())).cache.tick();
      } else if (event < 260) {
        crash();
      } else if (event < 265) {
        Aggregating p = processes.get(random.nextInt(processes.size()));
        p.cache.forget(p.cache.current());
        System.gc(); // nodes to which nothing refers are forgotten, too
      }
      if (random.nextInt(4) == 0) {
        confirm();
      }
      Aggregating process =
          processes.get(random.nextInt(5 * calm) == 0 ? random.nextInt(3) : favourite);
      process.receive(message(random, clock), random.nextBoolean());
      if (random.nextInt(3) == 0) {
        process.write(random);
      }
    }
    for (Aggregating process : processes) {
      process.write(random);
    }
    assertEquals(reference, database.samples);
  }

  /** The database comes back without what was not on disk, and no sender was told it was. */
  private void crash() {
    database.crash();
    notOnDisk.forEach(reference::remove);
    notOnDisk.clear();
    for (SampleStore.Commit commit : unconfirmed) {
      assertEquals(
          StoreException.Kind.UNKNOWN_OUTCOME,
          assertThrows(StoreException.class, commit::awaitDurable).kind());
    }
    unconfirmed.clear();
    assertEquals(reference, database.samples);
  }

  private void confirm() throws StoreException {
    for (SampleStore.Commit commit : unconfirmed) {
      commit.awaitDurable();
    }
    if (!unconfirmed.isEmpty()) {
      notOnDisk.clear();
    }
    unconfirmed.clear();
  }

  /** Mostly new samples in order; some late, some repeated, a few with another value. */
  private Message message(Random random, long clock) {
    List<Message.Series> all = new ArrayList<>();
    int node = random.nextInt(NODES);
    for (int s = 0; s < SERIES; s++) {
      if (random.nextInt(4) == 0) {
        node = random.nextInt(NODES);
      }
      List<Message.Sample> samples = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        long late = random.nextInt(4) == 0 ? random.nextInt(200 + 20 * spacing) : 0;
        long time = clock - late;
        long value = random.nextInt(20) == 0 ? random.nextInt() : time * 31 + s;
        samples.add(Message.bitsAt(time, value));
      }
      all.add(series(node, s).with(samples.toArray(Message.Sample[]::new)));
    }
    return new Message(all);
  }

  private static Message.Series series(int node, int s) {
    return Message.series("m" + s, "node", "n" + node);
  }

  /** One aggregator: its memory, and the requests that it has resolved but not written. */
  private final class Aggregating {
    // In a storm too small for all series in both spellings: something is evicted all the time.
    private final SeriesCache cache = new SeriesCache(2 * NODES * SERIES + (calm == 1 ? -5 : 5));
    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(1 << 20, 42);
    private final SeriesResolver resolver =
        new SeriesResolver(cache, database, new LabelLimits(100, 1000, 1000), "node");
    private final SampleStore.Session session = database.store().open("copy");
    private final Deduplicator[] deduplicators = new Deduplicator[WRITERS];
    private final List<PendingWrite> waiting = new ArrayList<>();

    Aggregating() {
      for (int w = 0; w < WRITERS; w++) {
        deduplicators[w] = new Deduplicator(w, WRITERS, new StoredKeyCache(LATE_BYTES));
      }
    }

    /** What a start does: all series of the catalog at once. */
    void readAhead() throws Exception {
      PreloadedSeries warm = cache.preload();
      List<SeriesKey> known = new ArrayList<>(keys.values());
      List<SeriesCatalog.Registered> ids = database.register(known, (key, isNew) -> true);
      for (int i = 0; i < known.size(); i++) {
        warm.add(known.get(i).fingerprint(), ids.get(i).seriesId(), ids.get(i).nodeId());
      }
    }

    void receive(Message message, boolean v1) throws Exception {
      PendingWrite write = new PendingWrite(new Workspace(), "", outcome -> {});
      var columns = write.workspace().columns;
      byte[] body = message.body(v1 ? Message.Version.V1 : Message.Version.V2);
      decoder.decode(body, body.length, v1 ? MessageVersion.V1 : MessageVersion.V2, 1, columns);
      if (!resolver.lookUp(columns, write.workspace().resolution)) {
        var resolution = write.workspace().resolution;
        resolver.register(
            columns,
            resolver.read(columns, NodeScope.honoring("unknown"), resolution),
            (key, isNew) -> SeriesDefect.NONE,
            resolution);
      }
      SlotAssignment.assign(
          new SampleTimes(Clock.systemUTC(), Duration.ZERO, Duration.ofMinutes(10)), write);
      waiting.add(write);
      for (Message.Series s : message.series()) {
        String name = s.labels().get(0).value();
        String node = s.labels().get(1).value();
        keys.put(node + name, SeriesKey.of(node, name, List.of()));
      }
    }

    /** Each writer writes what waits, in batches of one table. */
    void write(Random random) {
      for (int w = 0; w < WRITERS; w++) {
        List<PendingWrite> batch = new ArrayList<>();
        for (PendingWrite write : waiting) {
          if (!batch.isEmpty() && table(write) != table(batch.get(0))) {
            transact(deduplicators[w], w, batch, random);
            batch.clear();
          }
          batch.add(write);
        }
        if (!batch.isEmpty()) {
          transact(deduplicators[w], w, batch, random);
        }
      }
      waiting.clear();
    }

    private Object table(PendingWrite write) {
      return write.workspace().resolution.table();
    }

    private void transact(
        Deduplicator deduplicator, int writer, List<PendingWrite> batch, Random random) {
      List<PendingWrite> mine =
          batch.stream()
              .filter(
                  write ->
                      write.workspace().resolution.nodes().stream()
                          .anyMatch(node -> node.writer(WRITERS) == writer))
              .toList();
      if (mine.isEmpty()) {
        return;
      }
      Fault fault =
          switch (random.nextInt(12 * calm)) {
            case 0 -> Fault.BEFORE;
            case 1 -> Fault.AFTER;
            default -> Fault.NONE;
          };
      database.faults.add(fault);
      boolean compareAll = random.nextInt(20 * calm) == 0;
      boolean valid = mine.get(0).workspace().resolution.table().isValid();
      deduplicator.start(mine, 0, Integer.MAX_VALUE, compareAll);
      try {
        unconfirmed.add(
            deduplicator.decideFromMemory()
                ? session.write(deduplicator.batch())
                : writeLocked(deduplicator));
        assertEquals(Fault.NONE, fault);
        if (compareAll) {
          deduplicator.forget();
        }
        for (int i = 0; i < mine.size(); i++) {
          long[] expected = expect(mine.get(i), writer);
          String what = "stored, duplicate, conflict of request " + i;
          Outcomes outcomes = deduplicator.outcomes(DataKind.SAMPLES, i);
          assertEquals(expected[0], outcomes.stored, what);
          assertEquals(expected[1], outcomes.duplicates, what);
          assertEquals(expected[2], outcomes.conflicts, what);
        }
      } catch (StoreException e) {
        deduplicator.forget();
        if (e.kind() == StoreException.Kind.UNKNOWN_OUTCOME && valid) {
          mine.forEach(write -> expect(write, writer));
        }
        database.faults.clear();
      }
      assertEquals(reference, database.samples);
    }

    private SampleStore.Commit writeLocked(Deduplicator deduplicator) throws StoreException {
      try (SampleStore.Transaction transaction = session.begin(deduplicator.nodeIds())) {
        deduplicator.decide(transaction.locked(), transaction.stored());
        transaction.store(deduplicator.batch());
        return transaction.commit();
      }
    }

    /** The naive way: what a writer makes of its samples, one by one. */
    private long[] expect(PendingWrite write, int writer) {
      long[] counts = new long[3];
      Workspace workspace = write.workspace();
      var table = workspace.resolution.table();
      for (int i = 0; i < workspace.columns.sampleCount; i++) {
        int slot = workspace.sampleSlot[i];
        if (table.node(slot).writer(WRITERS) == writer) {
          Place place = new Place(table.id(slot), workspace.columns.sampleTime[i]);
          Long stored = reference.putIfAbsent(place, workspace.columns.sampleBits[i]);
          if (stored == null) {
            notOnDisk.add(place);
          }
          counts[stored == null ? 0 : stored == workspace.columns.sampleBits[i] ? 1 : 2]++;
        }
      }
      return counts;
    }
  }
}
