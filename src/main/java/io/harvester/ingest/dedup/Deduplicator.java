package io.harvester.ingest.dedup;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.ingest.writer.Writer;
import io.harvester.series.Node;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesTable;
import io.harvester.storage.Outcomes;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;
import io.harvester.storage.SampleStore.LockedNodes;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.StoreException;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import java.util.List;

/**
 * Decides which samples of a batch are new. A sample newer than anything stored of its series is
 * new without asking; one equal to the newest is a duplicate or a conflict without asking;
 * everything else is compared with the database. Runs inside the transaction that holds the locks
 * of the batch's nodes, on the one thread that owns them.
 *
 * <p>What is new is remembered at once, before the commit: so two requests in one batch see each
 * other. The {@link Writer} voids the memory if the commit fails.
 */
public final class Deduplicator implements SampleStore.Planner {
  private final NodeRegistry registry;
  private final StoredKeyCache late;
  private final DedupResult decisions;
  private final StoredValueCheck comparison;
  private final HistogramDedup extras;
  private final BatchNodes nodes;

  private List<PendingWrite> batch = List.of();
  private int from;
  private int to;
  private boolean compareAll;
  private SeriesTable table;
  private long compared;
  private boolean planned;

  public Deduplicator(NodeRegistry registry, int writer, int writers, StoredKeyCache late) {
    this.registry = registry;
    this.late = late;
    this.decisions = new DedupResult(late);
    this.comparison = new StoredValueCheck(late, decisions);
    this.nodes = new BatchNodes(writer, writers);
    this.extras = new HistogramDedup(registry);
  }

  /** The next transaction is about these requests, and of each about parts [from, to). */
  public void target(
      List<PendingWrite> requests, int fromPart, int toPart, boolean compareEverything) {
    batch = requests;
    from = fromPart;
    to = toPart;
    compareAll = compareEverything;
    table = requests.get(0).workspace().resolution.table();
    nodes.find(requests);
    planned = false;
  }

  /**
   * Plans before the nodes are locked, if all of them are remembered.
   *
   * @return the rows, if they may be stored so; null if the transaction has to look closer
   */
  public SampleBatch planAhead() {
    for (Node node : nodes.all()) {
      if (compareAll || !node.remembersIn(table)) {
        return null;
      }
    }
    collect();
    planned = true;
    SampleBatch rows = decisions.rows;
    boolean simple =
        comparison.count() == 0 && rows.conflicts().isEmpty() && rows.extras().isEmpty();
    compared = 0;
    return simple && table.isValid() ? rows : null;
  }

  public int[] nodeIds() {
    return nodes.ids();
  }

  public SeriesTable table() {
    return table;
  }

  public Node[] nodes() {
    return nodes.all();
  }

  /** Samples that had to be compared in the last plan. */
  public long compared() {
    return compared;
  }

  /** What became of a request's parts of a kind in the last transaction. */
  public Outcomes tally(DataKind kind, int request) {
    return kind == DataKind.SAMPLES ? decisions.tally(request) : extras.tally(kind, request);
  }

  /** How many storable parts of a kind in a request's range belong to this writer. */
  public int countOf(PendingWrite write, DataKind kind, int fromPart, int toPart) {
    if (kind != DataKind.SAMPLES) {
      return HistogramDedup.count(write, kind, fromPart, toPart, nodes.ids());
    }
    Workspace workspace = write.workspace();
    int end = Math.min(toPart, workspace.columns.sampleCount);
    int count = 0;
    for (int i = fromPart; i < end; i++) {
      int slot = workspace.sampleSlot[i];
      if (slot >= 0) {
        Node node = registry.get(workspace.resolution.table().node(slot));
        count += nodes.belongs(node) ? 1 : 0;
      }
    }
    return count;
  }

  public int rowCount() {
    return decisions.rows.count();
  }

  /** Nothing remembered of the batch's nodes may be trusted any more. */
  public void forget() {
    for (Node node : nodes.all()) {
      node.forget();
    }
    extras.forget();
  }

  @Override
  public SampleBatch plan(LockedNodes locked, StoredSamples storedSamples) throws StoreException {
    if (!table.isValid()) { // noticed when this connection was opened, after the samples came in
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "another database: series are looked up again", null);
    }
    takeOver(locked);
    if (!planned) {
      collect();
    }
    planned = false;
    if (comparison.count() > 0 && !compareAll) {
      comparison.sortOut(batch, table, nodes, storedSamples);
    }
    compared = comparison.count();
    if (compared > 0) {
      comparison.compare(batch, table, nodes, storedSamples);
    }
    return decisions.rows;
  }

  /** What is remembered of nodes that another process wrote last is void. */
  private void takeOver(LockedNodes locked) {
    boolean wrong = false;
    Node[] all = nodes.all();
    for (int i = 0; i < all.length; i++) {
      wrong |= !locked.lastWrittenByUs()[i] || !all[i].remembersIn(table);
    }
    boolean spoilt = wrong && planned; // the memory has what was planned in it
    for (int i = 0; i < all.length; i++) {
      if (spoilt || !locked.lastWrittenByUs()[i] || !all[i].remembersIn(table)) {
        all[i].takeOver(table, locked.newestSample()[i]);
      }
    }
    if (spoilt) {
      extras.forget();
      planned = false;
    }
  }

  private void collect() {
    decisions.start(batch.size(), nodes);
    comparison.clear();
    for (int request = 0; request < batch.size(); request++) {
      scan(request, batch.get(request).workspace());
    }
    extras.plan(batch, from, to, nodes.ids(), decisions.rows.extras());
  }

  private void scan(int request, Workspace workspace) {
    DecodedRequest columns = workspace.columns;
    int end = Math.min(to, columns.sampleCount);
    int lastIndex = -1;
    int position = -1;
    for (int i = from; i < end; i++) {
      int slot = workspace.sampleSlot[i];
      if (slot < 0) {
        continue;
      }
      int index = table.node(slot);
      if (index != lastIndex) {
        lastIndex = index;
        position = nodes.position(registry.get(index));
      }
      if (position >= 0) { // else another writer's node
        sample(request, i, slot, position, columns.sampleTime[i], columns.sampleBits[i]);
      }
    }
  }

  private void sample(int request, int i, int slot, int position, long time, long bits) {
    Node node = nodes.get(position);
    boolean remembered = !compareAll && table.epoch(slot) == node.epoch();
    long bound = remembered ? table.newestTime(slot) : node.floor();
    if (time > bound && !compareAll) {
      decisions.add(request, position, table.id(slot), time, bits);
      table.remember(slot, node.epoch(), time, bits);
    } else if (remembered && time == bound) {
      decisions.known(request, position, table.id(slot), time, table.newestBits(slot), bits);
    } else if (!compareAll && late.isNew(position, table.id(slot), time)) {
      decisions.add(request, position, table.id(slot), time, bits);
    } else {
      comparison.add(request, i, slot, position, time);
    }
  }
}
