package io.harvester.ingest.dedup;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.SeriesTable;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.StoreException;
import java.util.List;

/** Decides about samples that memory cannot tell new, by what the database has stored. */
final class StoredValueCheck {
  private final UndecidedSamples candidates = new UndecidedSamples();
  private final StoredValues compareSet = new StoredValues();
  private final StoredKeyCache late;
  private final DedupResult decisions;

  StoredValueCheck(StoredKeyCache late, DedupResult decisions) {
    this.late = late;
    this.decisions = decisions;
  }

  void clear() {
    candidates.clear();
  }

  /** How many samples there are to compare; after that, how many were. */
  int count() {
    return candidates.count;
  }

  /** Takes a sample of a request; its node by its position in the batch. */
  void add(int request, int sample, int slot, int position, long time) {
    candidates.add(request, sample, slot, position, time);
  }

  /** Late samples that turn out to be new without a comparison are settled by that. */
  void sortOut(
      List<PendingWrite> batch, SeriesTable table, BatchNodes nodes, StoredSamples storedSamples)
      throws StoreException {
    for (int c = 0; c < candidates.count; c++) {
      int position = candidates.position[c];
      late.compare(nodes.get(position), position, candidates.time[c], storedSamples);
    }
    SampleBatch rows = decisions.rows;
    for (int row = 0; row < rows.count(); row++) { // the batch's own rows are not stored yet
      late.stored(rows.nodePosition(row), rows.seriesId(row), rows.time(row));
    }
    int left = 0;
    for (int c = 0; c < candidates.count; c++) {
      int position = candidates.position[c];
      long seriesId = table.id(candidates.slot[c]);
      long time = candidates.time[c];
      if (late.isNew(position, seriesId, time)) {
        decisions.add(candidates.request[c], position, seriesId, time, bits(batch, c));
      } else {
        candidates.keep(c, left++);
      }
    }
    candidates.count = left;
  }

  /** Settles what is left by the values that are stored. */
  void compare(
      List<PendingWrite> batch, SeriesTable table, BatchNodes nodes, StoredSamples storedSamples)
      throws StoreException {
    compareSet.clear();
    for (int c = 0; c < candidates.count; c++) {
      compareSet.ask(table.id(candidates.slot[c]), candidates.time[c]);
    }
    SampleBatch rows = decisions.rows;
    for (int row = 0; row < rows.count(); row++) {
      compareSet.stored(rows.seriesId(row), rows.time(row), rows.bits(row));
    }
    candidates.read(storedSamples, table, nodes.ids(), compareSet);
    for (int c = 0; c < candidates.count; c++) {
      settle(c, table.id(candidates.slot[c]), bits(batch, c));
    }
  }

  private void settle(int c, long seriesId, long bits) {
    int request = candidates.request[c];
    int position = candidates.position[c];
    long time = candidates.time[c];
    if (compareSet.isStored(seriesId, time)) {
      long stored = compareSet.storedBits(seriesId, time);
      decisions.known(request, position, seriesId, time, stored, bits);
    } else {
      decisions.add(request, position, seriesId, time, bits);
      compareSet.stored(seriesId, time, bits);
    }
  }

  private long bits(List<PendingWrite> batch, int c) {
    Workspace workspace = batch.get(candidates.request[c]).workspace();
    return workspace.columns.sampleBits[candidates.sample[c]];
  }
}
