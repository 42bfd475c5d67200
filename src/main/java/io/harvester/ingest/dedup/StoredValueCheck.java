// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.SeriesTable;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.StoreException;
import java.util.List;

/** Decides about the samples that memory cannot decide, by what the database has stored. */
final class StoredValueCheck {
  private final UndecidedSamples undecided = new UndecidedSamples();
  private final StoredValues storedValues = new StoredValues();
  private final StoredKeyCache storedKeys;
  private final DedupResult result;

  StoredValueCheck(StoredKeyCache storedKeys, DedupResult result) {
    this.storedKeys = storedKeys;
    this.result = result;
  }

  void clear() {
    undecided.clear();
  }

  /** Adds a sample of a request; its node is given by its position in the batch. */
  void add(int request, int sample, int slot, int position, long time) {
    undecided.add(request, sample, slot, position, time);
  }

  boolean isEmpty() {
    return undecided.count == 0;
  }

  int count() {
    return undecided.count;
  }

  /** Decides about late samples whose keys are not stored; the others remain undecided. */
  void decideByKey(
      List<PendingWrite> requests, SeriesTable table, BatchNodes nodes, StoredSamples stored)
      throws StoreException {
    for (int u = 0; u < undecided.count; u++) {
      int position = undecided.position[u];
      storedKeys.read(nodes.get(position), position, undecided.time[u], stored);
    }
    SampleBatch batch = result.batch();
    for (int row = 0; row < batch.count(); row++) { // what was just read lacks the batch's own rows
      storedKeys.stored(batch.nodePosition(row), batch.seriesId(row), batch.time(row));
    }
    int left = 0;
    for (int u = 0; u < undecided.count; u++) {
      int position = undecided.position[u];
      long seriesId = table.id(undecided.slot[u]);
      long time = undecided.time[u];
      if (storedKeys.isNew(position, seriesId, time)) {
        result.addNew(undecided.request[u], position, seriesId, time, bits(requests, u));
      } else {
        undecided.keep(u, left++);
      }
    }
    undecided.count = left;
  }

  /** Decides about every undecided sample by the stored value. */
  void decideByValue(
      List<PendingWrite> requests, SeriesTable table, BatchNodes nodes, StoredSamples stored)
      throws StoreException {
    storedValues.clear();
    for (int u = 0; u < undecided.count; u++) {
      storedValues.expect(table.id(undecided.slot[u]), undecided.time[u]);
    }
    SampleBatch batch = result.batch();
    for (int row = 0; row < batch.count(); row++) {
      storedValues.put(batch.seriesId(row), batch.time(row), batch.bits(row));
    }
    undecided.read(stored, table, nodes.ids(), storedValues);
    for (int u = 0; u < undecided.count; u++) {
      decide(u, table.id(undecided.slot[u]), bits(requests, u));
    }
  }

  private void decide(int u, long seriesId, long bits) {
    int request = undecided.request[u];
    int position = undecided.position[u];
    long time = undecided.time[u];
    if (storedValues.contains(seriesId, time)) {
      result.addStored(request, position, seriesId, time, storedValues.get(seriesId, time), bits);
    } else {
      result.addNew(request, position, seriesId, time, bits);
      storedValues.put(seriesId, time, bits);
    }
  }

  private long bits(List<PendingWrite> requests, int u) {
    Workspace workspace = requests.get(undecided.request[u]).workspace();
    return workspace.columns.sampleBits[undecided.sample[u]];
  }
}
