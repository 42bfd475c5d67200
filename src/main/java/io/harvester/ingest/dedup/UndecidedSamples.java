package io.harvester.ingest.dedup;

import io.harvester.series.SeriesTable;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.StoreException;
import java.util.Arrays;

/** The samples of a batch that must be compared with what is stored, as columns. */
final class UndecidedSamples {
  /** Comparisons are made per time window, so that each looks into one or two chunks only. */
  private static final long WINDOW_MILLIS = 7_200_000;

  int count;

  /** Which request of the batch it came in. */
  int[] request = new int[64];

  /** Which sample of that request it is. */
  int[] sample = new int[64];

  /** Slot of its series. */
  int[] slot = new int[64];

  /** Position of its node among those of the batch. */
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

  /** Keeps one as the first, second, … of those that stay. */
  void keep(int candidate, int as) {
    request[as] = request[candidate];
    sample[as] = sample[candidate];
    slot[as] = slot[candidate];
    position[as] = position[candidate];
    time[as] = time[candidate];
  }

  /** Reads what is stored at the times of the candidates, window by window. */
  void read(StoredSamples storedSamples, SeriesTable table, int[] nodeIds, StoredValues into)
      throws StoreException {
    long[] byWindow = new long[count];
    for (int c = 0; c < count; c++) {
      byWindow[c] = Math.floorDiv(time[c], WINDOW_MILLIS) << 32 | c;
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
      storedSamples.find(
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
          into::stored);
      start = end;
    }
  }
}
