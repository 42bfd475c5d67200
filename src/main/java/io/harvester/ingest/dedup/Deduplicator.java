// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.Node;
import io.harvester.series.SeriesTable;
import io.harvester.storage.Outcomes;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.LockedNodes;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.StoreException;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import java.util.List;

/**
 * Decides which samples of a batch are new. The series table remembers the newest stored sample of
 * each series: a newer one is new; one of the same time is a duplicate or a conflict. Every other
 * sample is compared with the database, with the nodes' rows locked. Belongs to one writer, whose
 * nodes no other thread of this process writes.
 *
 * <p>New samples are remembered at once, before the commit, so that two requests of a batch see
 * each other. If the commit fails, the caller must {@link #forget}.
 */
public final class Deduplicator {
  private final BatchNodes nodes;
  private final StoredKeyCache storedKeys;
  private final DedupResult result;
  private final StoredValueCheck check;
  private final HistogramDedup histograms;

  private List<PendingWrite> requests = List.of();
  private int from;
  private int to;
  private boolean compareAll;
  private SeriesTable table;
  private boolean scanned;
  private long compared;

  /**
   * Creates the deduplicator of one writer.
   *
   * @param writer index of the writer
   * @param writers number of writers
   */
  public Deduplicator(int writer, int writers, StoredKeyCache storedKeys) {
    this.nodes = new BatchNodes(writer, writers);
    this.storedKeys = storedKeys;
    this.result = new DedupResult(storedKeys);
    this.check = new StoredValueCheck(storedKeys, result);
    this.histograms = new HistogramDedup();
  }

  /**
   * Starts a batch: the data points {@code [from, to)} of each request. All requests must have been
   * resolved with the same series table.
   *
   * @param compareAll compare every sample with the database, because memory proved wrong
   */
  public void start(List<PendingWrite> requests, int from, int to, boolean compareAll) {
    this.requests = requests;
    this.from = from;
    this.to = to;
    this.compareAll = compareAll;
    table = requests.get(0).workspace().resolution.table();
    nodes.find(requests);
    scanned = false;
    compared = 0;
  }

  /**
   * Decides from memory alone, before the nodes are locked.
   *
   * @return whether {@link #batch} can be written without locking first; otherwise lock the nodes
   *     and {@link #decide}
   */
  public boolean decideFromMemory() {
    if (compareAll || !allRemembered()) {
      return false;
    }
    scan();
    return check.isEmpty() && result.batch().hasOnlySamples() && table.isValid();
  }

  /**
   * Decides with the nodes locked.
   *
   * @throws StoreException if stored samples cannot be read, or the series' ids are outdated
   */
  public void decide(LockedNodes locked, StoredSamples stored) throws StoreException {
    if (!table.isValid()) { // found out when this connection was opened, after the samples arrived
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "the database was replaced or restored: series ids are looked up again",
          null);
    }
    if (!scanned) {
      takeOver(locked, false);
      scan();
    } else if (!allRemembered(locked)) {
      takeOver(locked, true); // memory contains decisions that rest on outdated memory
      histograms.forget();
      scan();
    }
    if (!check.isEmpty() && !compareAll) {
      check.decideByKey(requests, table, nodes, stored);
    }
    compared = check.count();
    if (compared > 0) {
      check.decideByValue(requests, table, nodes, stored);
    }
  }

  private boolean allRemembered() {
    for (Node node : nodes.all()) {
      if (!node.remembersIn(table)) {
        return false;
      }
    }
    return true;
  }

  private boolean allRemembered(LockedNodes locked) {
    for (boolean here : locked.lastWrittenHere()) {
      if (!here) {
        return false;
      }
    }
    return allRemembered();
  }

  /** Begins a new epoch of memory for outdated nodes, or for all. */
  private void takeOver(LockedNodes locked, boolean all) {
    for (int i = 0; i < nodes.all().length; i++) {
      Node node = nodes.get(i);
      if (all || !locked.lastWrittenHere()[i] || !node.remembersIn(table)) {
        node.takeOver(table, locked.newestSample()[i]);
      }
    }
  }

  private void scan() {
    result.start(requests.size(), nodes);
    check.clear();
    for (int request = 0; request < requests.size(); request++) {
      scan(request, requests.get(request));
    }
    histograms.add(requests, from, to, nodes.ids(), result.batch());
    scanned = true;
  }

  private void scan(int request, PendingWrite write) {
    Workspace workspace = write.workspace();
    DecodedRequest columns = workspace.columns;
    int[] order = write.order();
    int end = Math.min(to, columns.sampleCount);
    int lastNumber = -1;
    int position = -1;
    for (int n = from; n < end; n++) {
      int i = order == null ? n : order[n];
      int slot = workspace.sampleSlot[i];
      if (slot < 0) {
        continue;
      }
      int number = table.nodeNumber(slot);
      if (number != lastNumber) {
        lastNumber = number;
        position = nodes.position(table.node(slot));
      }
      if (position >= 0) { // else the node of another writer
        sample(request, i, slot, position, columns.sampleTime[i], columns.sampleBits[i]);
      }
    }
  }

  private void sample(int request, int i, int slot, int position, long time, long bits) {
    Node node = nodes.get(position);
    boolean remembered = !compareAll && table.epoch(slot) == node.epoch();
    long bound = remembered ? table.newestTime(slot) : node.floor();
    if (time > bound && !compareAll) {
      result.addNew(request, position, table.id(slot), time, bits);
      table.remember(slot, node.epoch(), time, bits);
    } else if (remembered && time == bound) {
      result.addStored(request, position, table.id(slot), time, table.newestBits(slot), bits);
    } else if (!compareAll && storedKeys.isNew(position, table.id(slot), time)) {
      result.addNew(request, position, table.id(slot), time, bits);
    } else {
      check.add(request, i, slot, position, time);
    }
  }

  /** The rows to write. Reused: valid until the next {@link #start}. */
  public SampleBatch batch() {
    return result.batch();
  }

  /** The nodes of the batch that belong to this writer, ascending. */
  public int[] nodeIds() {
    return nodes.ids();
  }

  /** The nodes of the batch that belong to this writer, by ascending id. */
  public Node[] nodes() {
    return nodes.all();
  }

  /** The series table that the batch was resolved with. */
  public SeriesTable table() {
    return table;
  }

  /** Number of samples whose values were compared with the database. */
  public long compared() {
    return compared;
  }

  /** What became of one request's data points of a kind. */
  public Outcomes outcomes(DataKind kind, int request) {
    return kind == DataKind.SAMPLES ? result.outcomes(request) : histograms.outcomes(kind, request);
  }

  /** Number of a request's storable data points of a kind in a range that belong to this writer. */
  public int count(PendingWrite write, DataKind kind, int fromPoint, int toPoint) {
    if (kind != DataKind.SAMPLES) {
      return HistogramDedup.count(write, kind, fromPoint, toPoint, nodes.ids());
    }
    Workspace workspace = write.workspace();
    int[] order = write.order();
    int end = Math.min(toPoint, workspace.columns.sampleCount);
    int count = 0;
    for (int n = fromPoint; n < end; n++) {
      int slot = workspace.sampleSlot[order == null ? n : order[n]];
      if (slot >= 0) {
        Node node = workspace.resolution.table().node(slot);
        count += nodes.belongs(node) ? 1 : 0;
      }
    }
    return count;
  }

  /** Ends the batch: a writer that waits must not keep requests and table in memory. */
  public void end() {
    requests = List.of();
    table = null;
  }

  /** Discards what is remembered of the batch's nodes: it may be wrong. */
  public void forget() {
    for (Node node : nodes.all()) {
      node.forget();
    }
    histograms.forget();
  }
}
