package io.harvester.ingest;

import io.harvester.ingest.Rows.Conflict;
import io.harvester.ingest.SampleStore.LockedNodes;
import io.harvester.ingest.SampleStore.StoredSamples;
import io.harvester.metrics.Kind;
import io.harvester.series.Node;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesTable;
import io.harvester.wire.DecodedRequest;
import java.util.Arrays;
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
  private final NodeRegistry registry;
  private final Rows rows = new Rows();
  private final CompareSet compareSet = new CompareSet();
  private final Candidates candidates = new Candidates();
  private final LateSamples late;
  private final ExtrasPlan extras;
  private final BatchNodes nodes;

  private List<PendingWrite> batch = List.of();
  private int from;
  private int to;
  private boolean compareAll;
  private SeriesTable table;
  private int[] stored = new int[0];
  private int[] duplicates = new int[0];
  private int[] conflicts = new int[0];
  private long compared;
  private boolean planned;

  BatchPlan(NodeRegistry registry, int writer, int writers, LateSamples late) {
    this.late = late;
    this.registry = registry;
    this.nodes = new BatchNodes(writer, writers);
    this.extras = new ExtrasPlan(registry);
  }

  /** The next transaction is about these requests, and of each about parts [from, to). */
  void target(List<PendingWrite> requests, int fromPart, int toPart, boolean compareEverything) {
    batch = requests;
    from = fromPart;
    to = toPart;
    compareAll = compareEverything;
    table = requests.get(0).workspace().resolution.table();
    nodes.find(requests);
    if (stored.length < requests.size()) {
      stored = new int[requests.size()];
      duplicates = new int[requests.size()];
      conflicts = new int[requests.size()];
    }
    planned = false;
  }

  /**
   * Plans before the nodes are locked, if all of them are remembered.
   *
   * @return the rows, if they may be stored so; null if the transaction has to look closer
   */
  Rows planAhead() {
    for (Node node : nodes.all()) {
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
    return nodes.ids();
  }

  SeriesTable table() {
    return table;
  }

  Node[] nodes() {
    return nodes.all();
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
      return ExtrasPlan.count(write, kind, fromPart, toPart, nodes.ids());
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

  int rowCount() {
    return rows.count();
  }

  /** Nothing remembered of the batch's nodes may be trusted any more. */
  void forget() {
    for (Node node : nodes.all()) {
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
    if (candidates.count > 0 && !compareAll) {
      sortOut(storedSamples);
    }
    compared = candidates.count;
    if (candidates.count > 0) {
      compare(storedSamples);
    }
    return rows;
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
    rows.start(nodes.ids());
    candidates.clear();
    late.start(nodes.all());
    Arrays.fill(stored, 0);
    Arrays.fill(duplicates, 0);
    Arrays.fill(conflicts, 0);
    for (int request = 0; request < batch.size(); request++) {
      scan(request, batch.get(request).workspace());
    }
    extras.plan(batch, from, to, nodes.ids(), rows.extras());
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
      add(request, position, table.id(slot), time, bits);
      table.remember(slot, node.epoch(), time, bits);
    } else if (remembered && time == bound) {
      known(request, position, table.id(slot), time, table.newestBits(slot), bits);
    } else if (!compareAll && late.isNew(position, table.id(slot), time)) {
      add(request, position, table.id(slot), time, bits);
    } else {
      candidates.add(request, i, slot, position, time);
    }
  }

  private void add(int request, int position, long seriesId, long time, long bits) {
    rows.add(position, seriesId, time, bits);
    late.stored(position, seriesId, time);
    stored[request]++;
  }

  private void known(
      int request, int position, long seriesId, long time, long storedBits, long bits) {
    if (storedBits == bits) {
      duplicates[request]++;
    } else {
      conflicts[request]++;
      rows.add(new Conflict(nodes.get(position).id(), seriesId, time, storedBits, bits));
    }
  }

  /** Late samples that turn out to be new without a comparison are settled by that. */
  private void sortOut(StoredSamples storedSamples) throws StoreException {
    for (int c = 0; c < candidates.count; c++) {
      int position = candidates.position[c];
      late.compare(nodes.get(position), position, candidates.time[c], storedSamples);
    }
    for (int row = 0; row < rows.count(); row++) { // the batch's own rows are not stored yet
      late.stored(rows.nodePosition(row), rows.seriesId(row), rows.time(row));
    }
    int left = 0;
    for (int c = 0; c < candidates.count; c++) {
      int position = candidates.position[c];
      long seriesId = table.id(candidates.slot[c]);
      if (late.isNew(position, seriesId, candidates.time[c])) {
        add(candidates.request[c], position, seriesId, candidates.time[c], bits(c));
      } else {
        candidates.keep(c, left++);
      }
    }
    candidates.count = left;
  }

  private void compare(StoredSamples storedSamples) throws StoreException {
    compareSet.clear();
    for (int c = 0; c < candidates.count; c++) {
      compareSet.ask(table.id(candidates.slot[c]), candidates.time[c]);
    }
    for (int row = 0; row < rows.count(); row++) {
      compareSet.stored(rows.seriesId(row), rows.time(row), rows.bits(row));
    }
    candidates.read(storedSamples, table, nodes.ids(), compareSet);
    for (int c = 0; c < candidates.count; c++) {
      settle(c);
    }
  }

  private void settle(int c) {
    int request = candidates.request[c];
    int position = candidates.position[c];
    long seriesId = table.id(candidates.slot[c]);
    long time = candidates.time[c];
    if (compareSet.isStored(seriesId, time)) {
      known(request, position, seriesId, time, compareSet.storedBits(seriesId, time), bits(c));
    } else {
      add(request, position, seriesId, time, bits(c));
      compareSet.stored(seriesId, time, bits(c));
    }
  }

  private long bits(int c) {
    Workspace workspace = batch.get(candidates.request[c]).workspace();
    return workspace.columns.sampleBits[candidates.sample[c]];
  }
}
