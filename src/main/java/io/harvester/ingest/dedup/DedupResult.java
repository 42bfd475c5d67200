package io.harvester.ingest.dedup;

import io.harvester.storage.Outcomes;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleBatch.Conflict;
import java.util.Arrays;

/** What was decided of the samples of a batch: the rows to store, and counts for each request. */
final class DedupResult {
  final SampleBatch rows = new SampleBatch();
  private final StoredKeyCache late;
  private BatchNodes nodes;
  private int[] stored = new int[0];
  private int[] duplicates = new int[0];
  private int[] conflicts = new int[0];

  /** Tells what is to be stored, too. */
  DedupResult(StoredKeyCache late) {
    this.late = late;
  }

  /** Begins with a batch of so many requests of these nodes. */
  void start(int requests, BatchNodes ofBatch) {
    nodes = ofBatch;
    rows.start(nodes.ids());
    late.start(nodes.all());
    if (stored.length < requests) {
      stored = new int[requests];
      duplicates = new int[requests];
      conflicts = new int[requests];
    }
    Arrays.fill(stored, 0);
    Arrays.fill(duplicates, 0);
    Arrays.fill(conflicts, 0);
  }

  /** A sample is new; the node is given by its position in the batch. */
  void add(int request, int position, long seriesId, long time, long bits) {
    rows.add(position, seriesId, time, bits);
    late.stored(position, seriesId, time);
    stored[request]++;
  }

  /** There is a sample of that series and time: a duplicate if the value is the same. */
  void known(int request, int position, long seriesId, long time, long storedBits, long bits) {
    if (storedBits == bits) {
      duplicates[request]++;
    } else {
      conflicts[request]++;
      rows.add(new Conflict(nodes.get(position).id(), seriesId, time, storedBits, bits));
    }
  }

  /** What became of a request's samples. */
  Outcomes tally(int request) {
    Outcomes tally = new Outcomes();
    tally.stored = stored[request];
    tally.duplicates = duplicates[request];
    tally.conflicts = conflicts[request];
    return tally;
  }
}
