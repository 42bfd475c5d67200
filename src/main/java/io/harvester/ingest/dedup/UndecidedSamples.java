// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.series.SeriesTable;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.StoreException;
import java.util.Arrays;

/** The samples of a batch that memory cannot decide, as columns. */
final class UndecidedSamples {
  /** Stored samples are read per time window, so that each read touches one or two chunks. */
  private static final long WINDOW_MILLIS = 7_200_000;

  int count;

  /** Index of its request in the batch. */
  int[] request = new int[64];

  /** Index of the sample in its request. */
  int[] sample = new int[64];

  /** Slot of its series in the series table. */
  int[] slot = new int[64];

  /** Position of its node in the batch. */
  int[] position = new int[64];

  /** Milliseconds since the epoch. */
  long[] time = new long[64];

  void clear() {
    count = 0;
  }

  void add(int ofRequest, int ofSample, int inSlot, int ofNode, long at) {
    if (count == request.length) {
      request = Arrays.copyOf(request, count * 2);
      sample = Arrays.copyOf(sample, count * 2);
      slot = Arrays.copyOf(slot, count * 2);
      position = Arrays.copyOf(position, count * 2);
      time = Arrays.copyOf(time, count * 2);
    }
    request[count] = ofRequest;
    sample[count] = ofSample;
    slot[count] = inSlot;
    position[count] = ofNode;
    time[count++] = at;
  }

  /** Moves a sample to another place, when those before it were removed. */
  void keep(int from, int as) {
    request[as] = request[from];
    sample[as] = sample[from];
    slot[as] = slot[from];
    position[as] = position[from];
    time[as] = time[from];
  }

  /** Reads the stored samples around the undecided ones, window by window. */
  void read(StoredSamples stored, SeriesTable table, int[] nodeIds, StoredValues into)
      throws StoreException {
    long[] byWindow = new long[count];
    for (int u = 0; u < count; u++) {
      byWindow[u] = Math.floorDiv(time[u], WINDOW_MILLIS) << 32 | u;
    }
    Arrays.sort(byWindow);
    for (int start = 0; start < count; ) {
      int end = start;
      long min = Long.MAX_VALUE;
      long max = Long.MIN_VALUE;
      while (end < count && byWindow[end] >> 32 == byWindow[start] >> 32) {
        long at = time[(int) byWindow[end++]];
        min = Math.min(min, at);
        max = Math.max(max, at);
      }
      stored.find(
          Arrays.stream(byWindow, start, end)
              .mapToInt(w -> nodeIds[position[(int) w]])
              .distinct()
              .toArray(),
          Arrays.stream(byWindow, start, end)
              .map(w -> table.id(slot[(int) w]))
              .distinct()
              .toArray(),
          min,
          max,
          into::put);
      start = end;
    }
  }
}
