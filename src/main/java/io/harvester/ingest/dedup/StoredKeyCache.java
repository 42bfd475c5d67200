// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.series.Node;
import io.harvester.storage.SampleStore.SampleKeys;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.StoreException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of stored samples of nodes that send many out-of-order samples, such as a backfill. They
 * are read once per time range and kept up to date, so that not every request queries the database.
 * Belongs to one writer. An entry is valid for one epoch of its node's memory. Memory is bounded;
 * the least recently used nodes are evicted first.
 */
public final class StoredKeyCache {
  /** Batches with undecided samples of a node before all keys of the range are read. */
  private static final int MIN_BATCHES = 2;

  /** Batches to wait after the keys of a range could not be read. */
  private static final int BATCHES_BEFORE_RETRY = 1000;

  /** The caches of all writers together use at most this fraction (1/n) of the heap. */
  private static final int HEAP_FRACTION = 32;

  /** Approximate memory of a node's entry without ranges. */
  private static final int ENTRY_BYTES = 200;

  private final long maxBytes;
  private final Map<Integer, NodeKeys> byNode = new LinkedHashMap<>(16, 0.75f, true);
  private NodeKeys[] ofBatch = {};
  private long batch;
  private long bytes;

  /** The key ranges of one node. */
  private static final class NodeKeys {
    final Node node;
    final int epoch;
    final List<StoredKeyBitmap> ranges = new ArrayList<>(1);
    int undecidedBatches;
    long lastBatch;
    long bytes = ENTRY_BYTES;

    NodeKeys(Node node) {
      this.node = node;
      this.epoch = node.epoch();
    }

    /** Another object of the same node has epochs of its own. */
    boolean areValidFor(Node other) {
      return node == other && epoch == other.epoch();
    }

    /** Drops the oldest ranges. A single range that is too large is not read again soon. */
    void shrink(long maxBytes) {
      bytes = ENTRY_BYTES + ranges.stream().mapToLong(StoredKeyBitmap::bytes).sum();
      while (bytes > maxBytes && !ranges.isEmpty()) {
        bytes -= ranges.remove(0).bytes();
        if (ranges.isEmpty()) {
          undecidedBatches = -BATCHES_BEFORE_RETRY;
        }
      }
    }

    StoredKeyBitmap at(long time) {
      for (int i = 0; i < ranges.size(); i++) {
        if (ranges.get(i).covers(time)) {
          return ranges.get(i);
        }
      }
      return null;
    }
  }

  /** The cache of one of {@code writers} writers. */
  public static StoredKeyCache of(int writers) {
    return new StoredKeyCache(Runtime.getRuntime().maxMemory() / HEAP_FRACTION / writers);
  }

  /** A cache of at most about {@code maxBytes} bytes. */
  public StoredKeyCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Starts a batch of these nodes, in their current epochs. */
  void start(Node[] nodes) {
    batch++;
    if (ofBatch.length != nodes.length) {
      ofBatch = new NodeKeys[nodes.length];
    }
    for (int i = 0; i < nodes.length; i++) {
      ofBatch[i] = byNode.isEmpty() ? null : current(nodes[i]);
    }
    Iterator<NodeKeys> eldest = byNode.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }

  private NodeKeys current(Node node) {
    NodeKeys keys = byNode.get(node.id());
    if (keys == null) {
      return null;
    }
    bytes -= keys.bytes;
    if (!keys.areValidFor(node)) {
      byNode.remove(node.id());
      return null;
    }
    keys.shrink(maxBytes / 2);
    bytes += keys.bytes;
    return keys;
  }

  /** Whether a sample is known not to be stored. The node is given by its position in the batch. */
  boolean isNew(int position, long seriesId, long time) {
    StoredKeyBitmap keys = range(position, time);
    return keys != null && !keys.has(seriesId, time);
  }

  /** Adds the key of a sample that is about to be stored. */
  void stored(int position, long seriesId, long time) {
    StoredKeyBitmap keys = range(position, time);
    if (keys != null) {
      keys.add(seriesId, time);
    }
  }

  private StoredKeyBitmap range(int position, long time) {
    NodeKeys keys = ofBatch[position];
    return keys == null ? null : keys.at(time);
  }

  /**
   * Reads the keys around an undecided sample, if its node had undecided samples in several
   * batches.
   */
  void read(Node node, int position, long time, StoredSamples stored) throws StoreException {
    if (ofBatch[position] == null) {
      ofBatch[position] = new NodeKeys(node);
      byNode.put(node.id(), ofBatch[position]);
      bytes += ENTRY_BYTES;
    }
    NodeKeys keys = ofBatch[position];
    if (keys.at(time) != null) {
      return;
    }
    if (keys.lastBatch != batch) {
      keys.lastBatch = batch;
      keys.undecidedBatches++;
    }
    if (keys.undecidedBatches > MIN_BATCHES) {
      Reading reading = new Reading();
      if (stored.around(node.id(), time, reading)) {
        keys.ranges.add(reading.keys);
      } else {
        keys.undecidedBatches = -BATCHES_BEFORE_RETRY;
      }
    }
  }

  private static final class Reading implements SampleKeys {
    StoredKeyBitmap keys;

    @Override
    public void range(long from, long to) {
      keys = new StoredKeyBitmap(from, to);
    }

    @Override
    public void key(long seriesId, long time) {
      keys.add(seriesId, time);
    }
  }
}
