package io.harvester.ingest;

import java.util.Arrays;

/**
 * What was last stored as metadata of each metric, by hashes: an open-addressing map, because it is
 * asked for every metric of every request. Belongs to one thread.
 */
final class SeenMetadata {
  private static final long MIN_INTERVAL_NANOS = 60_000_000_000L;
  private static final int MAX_METRICS = 100_000;
  private static final int WIDTH = 3;
  private static final int NAME = 0; // 0: free
  private static final int CONTENT = 1;
  private static final int NANOS = 2;

  private long[] records = new long[WIDTH * 1024];
  private int size;

  /**
   * Whether that content is to be stored now, and takes note of it: it is another than last time,
   * and that is a minute ago.
   */
  boolean isNew(long nameHash, long content, long nanos) {
    long name = nameHash == 0 ? 1 : nameHash;
    int at = place(records, name);
    if (records[at + NAME] == name) {
      if (records[at + CONTENT] == content || nanos - records[at + NANOS] < MIN_INTERVAL_NANOS) {
        return false;
      }
    } else {
      at = add(name);
    }
    records[at + CONTENT] = content;
    records[at + NANOS] = nanos;
    return true;
  }

  private int add(long name) {
    if (size == MAX_METRICS) {
      clear();
    } else if (size * WIDTH * 2 >= records.length) {
      grow();
    }
    size++;
    int at = place(records, name);
    records[at + NAME] = name;
    return at;
  }

  private void grow() {
    long[] larger = new long[records.length * 2];
    for (int from = 0; from < records.length; from += WIDTH) {
      if (records[from + NAME] != 0) {
        int to = place(larger, records[from + NAME]);
        System.arraycopy(records, from, larger, to, WIDTH);
      }
    }
    records = larger;
  }

  /** Where the metric is, or would be. */
  private static int place(long[] records, long name) {
    int mask = records.length / WIDTH - 1;
    int at = (int) (name ^ (name >>> 32)) & mask;
    while (records[at * WIDTH + NAME] != 0 && records[at * WIDTH + NAME] != name) {
      at = (at + 1) & mask;
    }
    return at * WIDTH;
  }

  void clear() {
    Arrays.fill(records, 0);
    size = 0;
  }
}
