package io.harvester.ingest;

import io.harvester.ingest.Rows.Conflict;
import io.harvester.ingest.SampleStore.LockedNodes;
import io.harvester.ingest.SampleStore.StoredSamples;
import io.harvester.metrics.Kind;
import io.harvester.series.Node;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesTable;
import io.harvester.wire.DecodedRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
final class BatchPlan implements SampleStore.Planner {
  private static final Node[] NO_NODES = {};
  private static final Comparator<Node> BY_ID = Comparator.comparingInt(Node::id);

  private final NodeRegistry registry;
  private final int writer;
  private final int writers;

  private final Rows rows = new Rows();
  private final CompareSet compareSet = new CompareSet();
  private final Candidates candidates = new Candidates();
  private final ExtrasPlan extras;
  private final List<Node> nodesOfBatch = new ArrayList<>();

  private List<PendingWrite> batch = List.of();
  private int from;
  private int to;
  private boolean compareAll;
  private SeriesTable table;
  private Node[] nodes = NO_NODES;
  private int[] nodeIds = new int[0];
  private int[] stored = new int[0];
  private int[] duplicates = new int[0];
  private int[] conflicts = new int[0];
  private long compared;
  private boolean planned;

  BatchPlan(NodeRegistry registry, int writer, int writers) {
    this.registry = registry;
    this.writer = writer;
    this.writers = writers;
    this.extras = new ExtrasPlan(registry);
  }

  /** The next transaction is about these requests, and of each about parts [from, to). */
  void target(List<PendingWrite> requests, int fromPart, int toPart, boolean compareEverything) {
    batch = requests;
    from = fromPart;
    to = toPart;
    compareAll = compareEverything;
    table = requests.get(0).workspace().resolution.table();
    findNodes();
    if (stored.length < requests.size()) {
      stored = new int[requests.size()];
      duplicates = new int[requests.size()];
      conflicts = new int[requests.size()];
    }
    planned = false;
  }

  /** This writer's nodes of the batch, each once, by id. */
  private void findNodes() {
    nodesOfBatch.clear();
    for (PendingWrite request : batch) {
      for (Node node : request.workspace().resolution.nodes()) {
        if (node.writer(writers) == writer) {
          nodesOfBatch.add(node);
        }
      }
    }
    nodesOfBatch.sort(BY_ID);
    Node last = null;
    int count = 0;
    for (Node node : nodesOfBatch) {
      if (node != last) {
        nodesOfBatch.set(count++, node);
        last = node;
      }
    }
    nodes = nodesOfBatch.subList(0, count).toArray(NO_NODES);
    nodeIds = new int[count];
    for (int i = 0; i < count; i++) {
      nodeIds[i] = nodes[i].id();
    }
  }

  /**
   * Plans before the nodes are locked, if all of them are remembered.
   *
   * @return the rows, if they may be stored so; null if the transaction has to look closer
   */
  Rows planAhead() {
    for (Node node : nodes) {
      if (compareAll || !node.remembersIn(table)) {
        return null;
      }
    }
    collect();
    planned = true;
    boolean simple = candidates.count == 0 && rows.conflicts().isEmpty() && rows.extras().isEmpty();
    compared = 0;
    return simple && table.isValid() ? rows : null;
  }

  int[] nodeIds() {
    return nodeIds;
  }

  SeriesTable table() {
    return table;
  }

  Node[] nodes() {
    return nodes;
  }

  /** Samples that had to be compared in the last plan. */
  long compared() {
    return compared;
  }

  /** What became of a request's parts of a kind in the last transaction. */
  Tally tally(Kind kind, int request) {
    if (kind != Kind.SAMPLES) {
      return extras.tally(kind, request);
    }
    Tally tally = new Tally();
    tally.stored = stored[request];
    tally.duplicates = duplicates[request];
    tally.conflicts = conflicts[request];
    return tally;
  }

  /** How many storable parts of a kind in a request's range belong to this writer. */
  int countOf(PendingWrite write, Kind kind, int fromPart, int toPart) {
    if (kind != Kind.SAMPLES) {
      return ExtrasPlan.count(write, kind, fromPart, toPart, nodeIds);
    }
    Workspace workspace = write.workspace();
    int end = Math.min(toPart, workspace.columns.sampleCount);
    int count = 0;
    for (int i = fromPart; i < end; i++) {
      int slot = workspace.sampleSlot[i];
      if (slot >= 0) {
        Node node = registry.get(workspace.resolution.table().node(slot));
        count += node.writer(writers) == writer ? 1 : 0;
      }
    }
    return count;
  }

  int rowCount() {
    return rows.count();
  }

  /** Nothing remembered of the batch's nodes may be trusted any more. */
  void forget() {
    for (Node node : nodes) {
      node.forget();
    }
    extras.forget();
  }

  @Override
  public Rows plan(LockedNodes locked, StoredSamples storedSamples) throws StoreException {
    if (!table.isValid()) { // noticed when this connection was opened, after the samples came in
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "another database: series are looked up again", null);
    }
    takeOver(locked);
    if (!planned) {
      collect();
    }
    planned = false;
    compared = candidates.count;
    if (candidates.count > 0) {
      compare(storedSamples);
    }
    return rows;
  }

  /** What is remembered of nodes that another process wrote last is void. */
  private void takeOver(LockedNodes locked) {
    boolean wrong = false;
    for (int i = 0; i < nodes.length; i++) {
      wrong |= !locked.lastWrittenByUs()[i] || !nodes[i].remembersIn(table);
    }
    boolean all = wrong && planned; // the memory has what was planned in it
    for (int i = 0; i < nodes.length; i++) {
      if (all || !locked.lastWrittenByUs()[i] || !nodes[i].remembersIn(table)) {
        nodes[i].takeOver(table, locked.newestSample()[i]);
      }
    }
    if (all) {
      extras.forget();
      planned = false;
    }
  }

  private void collect() {
    rows.start(nodeIds);
    candidates.clear();
    Arrays.fill(stored, 0);
    Arrays.fill(duplicates, 0);
    Arrays.fill(conflicts, 0);
    for (int request = 0; request < batch.size(); request++) {
      scan(request, batch.get(request).workspace());
    }
    extras.plan(batch, from, to, nodeIds, rows.extras());
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
        position = Arrays.binarySearch(nodeIds, registry.get(index).id());
      }
      if (position >= 0) { // else another writer's node
        sample(request, i, slot, position, columns.sampleTime[i], columns.sampleBits[i]);
      }
    }
  }

  private void sample(int request, int i, int slot, int position, long time, long bits) {
    Node node = nodes[position];
    boolean remembered = !compareAll && table.epoch(slot) == node.epoch();
    long bound = remembered ? table.newestTime(slot) : node.floor();
    if (time > bound && !compareAll) {
      rows.add(position, table.id(slot), time, bits);
      table.remember(slot, node.epoch(), time, bits);
      stored[request]++;
    } else if (remembered && time == bound) {
      known(request, position, table.id(slot), time, table.newestBits(slot), bits);
    } else {
      candidates.add(request, i, slot, position, time);
    }
  }

  private void known(
      int request, int position, long seriesId, long time, long storedBits, long bits) {
    if (storedBits == bits) {
      duplicates[request]++;
    } else {
      conflicts[request]++;
      rows.add(new Conflict(nodeIds[position], seriesId, time, storedBits, bits));
    }
  }

  private void compare(StoredSamples storedSamples) throws StoreException {
    compareSet.clear();
    for (int c = 0; c < candidates.count; c++) {
      compareSet.ask(table.id(candidates.slot[c]), candidates.time[c]);
    }
    for (int row = 0; row < rows.count(); row++) { // the batch's own rows are not stored yet
      compareSet.stored(rows.seriesId(row), rows.time(row), rows.bits(row));
    }
    candidates.read(storedSamples, table, nodeIds, compareSet);
    for (int c = 0; c < candidates.count; c++) {
      settle(c);
    }
  }

  private void settle(int c) {
    int request = candidates.request[c];
    int position = candidates.position[c];
    long seriesId = table.id(candidates.slot[c]);
    long time = candidates.time[c];
    long bits = batch.get(request).workspace().columns.sampleBits[candidates.sample[c]];
    if (compareSet.isStored(seriesId, time)) {
      known(request, position, seriesId, time, compareSet.storedBits(seriesId, time), bits);
    } else {
      rows.add(position, seriesId, time, bits);
      compareSet.stored(seriesId, time, bits);
      stored[request]++;
    }
  }
}
