// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.storage.Outcomes;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleBatch.Conflict;
import java.util.Arrays;

/**
 * What was decided about the float samples of a batch: the rows to write, and counts per request.
 */
final class DedupResult {
  private final SampleBatch batch = new SampleBatch();
  private final StoredKeyCache storedKeys;
  private BatchNodes nodes;
  private int[] stored = new int[0];
  private int[] duplicates = new int[0];
  private int[] conflicts = new int[0];

  /** New samples are added to {@code storedKeys}, too. */
  DedupResult(StoredKeyCache storedKeys) {
    this.storedKeys = storedKeys;
  }

  void start(int requests, BatchNodes ofBatch) {
    nodes = ofBatch;
    batch.start(nodes.ids());
    storedKeys.start(nodes.all());
    if (stored.length < requests) {
      stored = new int[requests];
      duplicates = new int[requests];
      conflicts = new int[requests];
    }
    Arrays.fill(stored, 0);
    Arrays.fill(duplicates, 0);
    Arrays.fill(conflicts, 0);
  }

  /** A sample is new. The node is given by its position in the batch. */
  void addNew(int request, int position, long seriesId, long time, long bits) {
    batch.add(position, seriesId, time, bits);
    storedKeys.stored(position, seriesId, time);
    stored[request]++;
  }

  /** A sample of that series and time is stored: a duplicate if it has the same value. */
  void addStored(int request, int position, long seriesId, long time, long storedBits, long bits) {
    if (storedBits == bits) {
      duplicates[request]++;
    } else {
      conflicts[request]++;
      batch.add(new Conflict(nodes.get(position).id(), seriesId, time, storedBits, bits));
    }
  }

  SampleBatch batch() {
    return batch;
  }

  /** What became of a request's samples. */
  Outcomes outcomes(int request) {
    Outcomes outcomes = new Outcomes();
    outcomes.stored = stored[request];
    outcomes.duplicates = duplicates[request];
    outcomes.conflicts = conflicts[request];
    return outcomes;
  }
}
