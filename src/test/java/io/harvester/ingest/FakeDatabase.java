// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.series.CatalogException;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.SeriesKey;
import io.harvester.storage.MetadataStore;
import io.harvester.storage.MetricMetadata;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;
import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * A database in memory with the same promises as the real one: node rows that say who wrote last,
 * transactions that apply wholly or not at all. It has no unique index unless told to, so that a
 * duplicate that the plan lets through is a duplicate stored.
 */
public final class FakeDatabase implements SeriesCatalog, MetadataStore {
  /** A stored sample's place. */
  record Place(long seriesId, long time) implements Comparable<Place> {
    @Override
    public int compareTo(Place o) {
      int bySeries = Long.compare(seriesId, o.seriesId);
      return bySeries != 0 ? bySeries : Long.compare(time, o.time);
    }
  }

  /** What goes wrong with a transaction. */
  enum Fault {
    NONE,
    /** It fails before anything is stored. */
    BEFORE,
    /** Everything is stored, and nobody learns of it. */
    AFTER,
    /** Lost a race; nothing stored. */
    RACE,
    /** A node's row is gone. */
    NODE_GONE,
    /** An error of ours. */
    BUG,
    /** Out of memory, for one. */
    ERROR
  }

  private static final class NodeRow {
    UUID writer;
    long newest = SampleStore.LockedNodes.NONE;
  }

  /** A transaction takes one of these; usually there are enough. */
  public final Semaphore allowed = new Semaphore(1_000_000);

  /** Getting something to the disk takes one of these; usually there are enough. */
  public final Semaphore flushes = new Semaphore(1_000_000);

  public final Map<Place, Long> samples = new TreeMap<>();
  final List<SampleBatch.Conflict> conflicts = new ArrayList<>();
  final Deque<Fault> faults = new ArrayDeque<>();
  final List<MetricMetadata> metadata = new ArrayList<>();
  Predicate<Long> unstorable = bits -> false;
  boolean uniqueIndex;
  boolean catalogDown;
  int transactions;
  int failedOnIndex;
  int finds;
  int arounds;

  private final ReentrantLock running = new ReentrantLock();
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private long committed;
  private long durable;
  private int crashes;

  private final Map<UUID, Long> seriesIds = new HashMap<>();
  private final Map<Long, Integer> nodeOfSeries = new HashMap<>();
  private final Map<String, Integer> nodeIds = new HashMap<>();
  private final Map<Integer, NodeRow> nodes = new HashMap<>();

  @Override
  public synchronized List<Registered> register(
      List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits) throws CatalogException {
    failIfDown();
    return keys.stream()
        .map(
            key ->
                admits.test(key, !seriesIds.containsKey(key.fingerprint())) ? register(key) : null)
        .toList();
  }

  private Registered register(SeriesKey key) {
    long series = seriesIds.computeIfAbsent(key.fingerprint(), k -> seriesIds.size() + 1L);
    int node = nodeIds.computeIfAbsent(key.node(), n -> nodeIds.size() + 1);
    nodeOfSeries.put(series, node);
    return new Registered(series, node);
  }

  @Override
  public synchronized void upsert(List<MetricMetadata> more) throws CatalogException {
    failIfDown();
    metadata.addAll(more);
  }

  private void failIfDown() throws CatalogException {
    if (catalogDown) {
      throw new CatalogException("the catalog is away", null);
    }
  }

  synchronized long seriesId(SeriesKey key) {
    return seriesIds.get(key.fingerprint());
  }

  /** What a process sees of it. */
  SampleStore store() {
    return writer -> new FakeSession();
  }

  /** One writer; a new one after each crash, as far as the rows of nodes tell. */
  private final class FakeSession implements SampleStore.Session {
    private UUID writer = UUID.randomUUID();
    private int crashesSeen = crashes;

    @Override
    public SampleStore.Commit write(SampleBatch batch) throws StoreException {
      try (FakeTransaction transaction = begin()) {
        for (int id : batch.nodeIds()) {
          if (!writer.equals(node(id).writer)) {
            throw new StoreException(Kind.TAKEN_OVER, "another process wrote last", null);
          }
        }
        if (!batch.hasOnlySamples()) {
          throw new AssertionError("such rows need the locks first");
        }
        transaction.store(batch);
        return transaction.commit();
      }
    }

    @Override
    public SampleStore.Transaction begin(int[] nodeIds) throws StoreException {
      FakeTransaction transaction = begin();
      transaction.nodeIds = nodeIds;
      return transaction;
    }

    private FakeTransaction begin() throws StoreException {
      allowed.acquireUninterruptibly();
      running.lock();
      if (crashes != crashesSeen) {
        crashesSeen = crashes;
        writer = UUID.randomUUID();
        running.unlock();
        throw new StoreException(Kind.TAKEN_OVER, "a new connection", null);
      }
      transactions++;
      return new FakeTransaction(writer);
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  /** Runs alone, from begin to close. */
  private final class FakeTransaction implements SampleStore.Transaction {
    private final UUID writer;
    private int[] nodeIds = {};
    private SampleBatch batch;

    FakeTransaction(UUID writer) {
      this.writer = writer;
    }

    @Override
    public SampleStore.LockedNodes locked() {
      boolean[] here = new boolean[nodeIds.length];
      long[] newest = new long[nodeIds.length];
      for (int i = 0; i < nodeIds.length; i++) {
        here[i] = writer.equals(node(nodeIds[i]).writer);
        newest[i] = node(nodeIds[i]).newest;
      }
      return new SampleStore.LockedNodes(here, newest);
    }

    @Override
    public SampleStore.StoredSamples stored() {
      return new Stored();
    }

    @Override
    public void store(SampleBatch toStore) {
      batch = toStore;
    }

    @Override
    public SampleStore.Commit commit() throws StoreException {
      synchronized (FakeDatabase.this) {
        finish(writer, batch);
        return new FakeCommit();
      }
    }

    @Override
    public void close() {
      running.unlock();
    }
  }

  private synchronized NodeRow node(int id) {
    return nodes.computeIfAbsent(id, n -> new NodeRow());
  }

  private final class FakeCommit implements SampleStore.Commit {
    private final long number = ++committed;
    private final int before = crashes;

    @Override
    public void awaitDurable() throws StoreException {
      flushes.acquireUninterruptibly();
      synchronized (FakeDatabase.this) {
        if (number <= durable) {
          return;
        }
        if (crashes != before) {
          throw new StoreException(Kind.UNKNOWN_OUTCOME, "commit not confirmed", null);
        }
        durable = committed;
        undo.clear();
      }
    }
  }

  /** What is committed and not yet on disk is undone. */
  public void crash() {
    running.lock();
    try {
      synchronized (this) {
        crashes++;
        while (!undo.isEmpty()) {
          undo.pop().run();
        }
      }
    } finally {
      running.unlock();
    }
  }

  private void finish(UUID process, SampleBatch rows) throws StoreException {
    Fault fault = faults.isEmpty() ? Fault.NONE : faults.poll();
    switch (fault) {
      case BEFORE -> throw new StoreException(Kind.UNAVAILABLE, "connection lost", null);
      case RACE -> throw new StoreException(Kind.TRANSIENT, "deadlock", null);
      case NODE_GONE -> throw new StoreException(Kind.NODE_GONE, "no such node", null);
      case BUG -> throw new IllegalStateException("a bug");
      case ERROR -> throw new StackOverflowError();
      default -> apply(process, rows);
    }
    if (fault == Fault.AFTER) {
      throw new StoreException(Kind.UNKNOWN_OUTCOME, "commit not confirmed", null);
    }
  }

  private final class Stored implements SampleStore.StoredSamples {
    @Override
    public void find(int[] ids, long[] series, long from, long to, SampleStore.Visitor visitor) {
      finds++;
      FakeDatabase.this.find(series, from, to, visitor);
    }

    /** By chunks of 100 ms. */
    @Override
    public boolean around(int nodeId, long time, SampleStore.SampleKeys keys) {
      long from = time / 100 * 100;
      keys.range(from, from + 100);
      samples.keySet().stream()
          .filter(place -> nodeOfSeries.get(place.seriesId()) == nodeId)
          .filter(place -> place.time() >= from && place.time() < from + 100)
          .forEach(place -> keys.key(place.seriesId(), place.time()));
      return ++arounds % 200 > 0; // now and then there turns out to be too much
    }
  }

  private void find(long[] series, long from, long to, SampleStore.Visitor visitor) {
    for (long id : series) {
      ((TreeMap<Place, Long>) samples)
          .subMap(new Place(id, from), true, new Place(id, to), true)
          .forEach((place, bits) -> visitor.sample(place.seriesId(), place.time(), bits));
    }
  }

  private void apply(UUID process, SampleBatch rows) throws StoreException {
    Map<Place, Long> added = new HashMap<>();
    for (int row = 0; row < rows.count(); row++) {
      Place place = new Place(rows.seriesId(row), rows.time(row));
      if (unstorable.test(rows.bits(row))) {
        throw new StoreException(Kind.PERMANENT, "cannot be stored", null);
      }
      if (samples.containsKey(place) || added.put(place, rows.bits(row)) != null) {
        if (uniqueIndex) {
          failedOnIndex++;
          throw new StoreException(Kind.ALREADY_STORED, "duplicate key " + place, null);
        }
        throw new AssertionError("stored twice: " + place);
      }
    }
    samples.putAll(added);
    undo.push(() -> samples.keySet().removeAll(added.keySet()));
    conflicts.addAll(rows.conflicts());
    for (int i = 0; i < rows.nodeIds().length; i++) {
      NodeRow node = nodes.get(rows.nodeIds()[i]);
      UUID writerBefore = node.writer;
      long newestBefore = node.newest;
      undo.push(
          () -> {
            node.writer = writerBefore;
            node.newest = newestBefore;
          });
      node.writer = process;
      node.newest = Math.max(node.newest, rows.newestByNode()[i]);
    }
  }
}
