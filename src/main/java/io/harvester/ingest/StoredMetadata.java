// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The metadata that was last stored of each metric, as hashes: an open-addressing hash map. All
 * threads share it. Reading takes no lock, because it is asked for each metric of each request; a
 * reader that races with a writer may report metadata as due that was just stored, and storing it
 * again is harmless.
 */
final class StoredMetadata {
  private static final VarHandle RECORDS = MethodHandles.arrayElementVarHandle(long[].class);

  /** A metric whose senders disagree is stored at most once per interval. */
  private static final long MIN_INTERVAL_NANOS = 60_000_000_000L;

  private static final int MAX_METRICS = 100_000;
  private static final int WIDTH = 3;
  private static final int NAME = 0; // 0: free; written last
  private static final int CONTENT = 1;
  private static final int NANOS = 2;

  private volatile long[] records = new long[WIDTH * 1024];
  private int size;

  /**
   * Whether metadata should be stored now: it differs from what was stored last, and that is at
   * least a minute ago.
   *
   * @param nanos now, on the clock of {@link System#nanoTime}
   */
  boolean isDue(long nameHash, long contentHash, long nanos) {
    long[] now = records;
    long name = key(nameHash);
    int at = place(now, name);
    return name(now, at) != name
        || (now[at + CONTENT] != contentHash && nanos - now[at + NANOS] >= MIN_INTERVAL_NANOS);
  }

  /** Sets what is stored of a metric. */
  synchronized void stored(long nameHash, long contentHash, long nanos) {
    long name = key(nameHash);
    int at = place(records, name);
    if (name(records, at) != name) {
      makeRoom();
      at = place(records, name);
      size++;
    }
    records[at + CONTENT] = contentHash;
    records[at + NANOS] = nanos;
    RECORDS.setRelease(records, at + NAME, name);
  }

  private void makeRoom() {
    if (size == MAX_METRICS) {
      records = new long[WIDTH * 1024];
      size = 0;
    } else if (size * WIDTH * 2 >= records.length) {
      long[] larger = new long[records.length * 2];
      for (int from = 0; from < records.length; from += WIDTH) {
        if (records[from + NAME] != 0) {
          System.arraycopy(records, from, larger, place(larger, records[from + NAME]), WIDTH);
        }
      }
      records = larger;
    }
  }

  private static long key(long nameHash) {
    return nameHash == 0 ? 1 : nameHash;
  }

  private static long name(long[] records, int at) {
    return (long) RECORDS.getAcquire(records, at + NAME);
  }

  /** The position of a metric's record, or of a free one for it. */
  private static int place(long[] records, long name) {
    int mask = records.length / WIDTH - 1;
    int at = (int) (name ^ (name >>> 32)) & mask;
    long found = name(records, at * WIDTH);
    while (found != 0 && found != name) {
      at = (at + 1) & mask;
      found = name(records, at * WIDTH);
    }
    return at * WIDTH;
  }
}
