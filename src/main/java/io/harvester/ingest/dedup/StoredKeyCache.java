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
 * What is stored of nodes that send many samples older than their newest, such as a gap that is
 * filled backwards: read once for a stretch of time and kept up to date, so that not every request
 * has to ask the database. It belongs to one writer, holds as long as a node's memory does, and is
 * bounded; the nodes that were not heard of for the longest go first.
 */
public final class StoredKeyCache {
  /** So often a node's samples are compared before all that is stored around them is read. */
  private static final int COMPARED_BEFORE = 2;

  /** Where that is not possible it is not tried again for so many comparisons. */
  private static final int PAUSE = 1000;

  /** All writers together may use such a part of the memory for it. */
  private static final int PART_OF_HEAP = 32;

  private final long maxBytes;
  private final Map<Integer, Known> byNode = new LinkedHashMap<>(16, 0.75f, true);
  private Known[] ofBatch = {};
  private long batch;
  private long bytes;

  /** What is known of one node, in one epoch of its memory. */
  private static final class Known {
    final int epoch;
    final List<StoredKeyBitmap> stretches = new ArrayList<>(1);
    int compared;
    long comparedLast;
    long bytes;

    Known(int epoch) {
      this.epoch = epoch;
    }

    /** Drops what was read first; a stretch that is too large by itself is not read again soon. */
    void shrink(long maxBytes) {
      bytes = stretches.stream().mapToLong(StoredKeyBitmap::bytes).sum();
      while (bytes > maxBytes) {
        bytes -= stretches.remove(0).bytes();
        if (stretches.isEmpty()) {
          compared = -PAUSE;
        }
      }
    }

    StoredKeyBitmap at(long time) {
      for (int i = 0; i < stretches.size(); i++) {
        if (stretches.get(i).covers(time)) {
          return stretches.get(i);
        }
      }
      return null;
    }
  }

  /** For one of so many writers. */
  public static StoredKeyCache of(int writers) {
    return new StoredKeyCache(Runtime.getRuntime().maxMemory() / PART_OF_HEAP / writers);
  }

  /** Keeps about so many bytes at most. */
  public StoredKeyCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The next batch is about these nodes, with their epochs as they are now. */
  void start(Node[] nodes) {
    batch++;
    if (ofBatch.length != nodes.length) {
      ofBatch = new Known[nodes.length];
    }
    for (int i = 0; i < nodes.length; i++) {
      ofBatch[i] = byNode.isEmpty() ? null : current(nodes[i]);
    }
    Iterator<Known> eldest = byNode.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }

  private Known current(Node node) {
    Known known = byNode.get(node.id());
    if (known == null) {
      return null;
    }
    bytes -= known.bytes;
    if (known.epoch != node.epoch()) {
      byNode.remove(node.id());
      return null;
    }
    known.shrink(maxBytes / 2);
    bytes += known.bytes;
    return known;
  }

  /** Whether a sample is certainly not stored; the node is given by its position in the batch. */
  boolean isNew(int position, long seriesId, long time) {
    StoredKeyBitmap marks = marks(position, time);
    return marks != null && !marks.has(seriesId, time);
  }

  /** A sample is about to be stored. */
  void stored(int position, long seriesId, long time) {
    StoredKeyBitmap marks = marks(position, time);
    if (marks != null) {
      marks.add(seriesId, time);
    }
  }

  private StoredKeyBitmap marks(int position, long time) {
    Known known = ofBatch[position];
    return known == null ? null : known.at(time);
  }

  /**
   * A sample has to be compared. If its node had some in several batches, all that is stored around
   * the sample is read, so that the next ones need not be.
   */
  void compare(Node node, int position, long time, StoredSamples storedSamples)
      throws StoreException {
    if (ofBatch[position] == null) {
      ofBatch[position] = new Known(node.epoch());
      byNode.put(node.id(), ofBatch[position]);
    }
    Known known = ofBatch[position];
    if (known.at(time) != null) {
      return;
    }
    if (known.comparedLast != batch) {
      known.comparedLast = batch;
      known.compared++;
    }
    if (known.compared > COMPARED_BEFORE) {
      Reading reading = new Reading();
      if (storedSamples.around(node.id(), time, reading)) {
        known.stretches.add(reading.marks);
      } else {
        known.compared = -PAUSE;
      }
    }
  }

  private static final class Reading implements SampleKeys {
    StoredKeyBitmap marks;

    @Override
    public void range(long from, long to) {
      marks = new StoredKeyBitmap(from, to);
    }

    @Override
    public void key(long seriesId, long time) {
      marks.add(seriesId, time);
    }
  }
}
