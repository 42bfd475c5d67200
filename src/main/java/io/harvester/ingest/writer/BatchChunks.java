// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.writer;

import io.harvester.ingest.request.RequestChunks;
import io.harvester.wire.DataKind;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;

/** The chunks of the requests in a batch, {@link RequestChunks#MAX_CHUNKS} of each kind at most. */
final class BatchChunks {
  private static final DataKind[] KINDS = DataKind.values();

  private final Supplier<Duration> span;
  private final long[][] numbers = new long[KINDS.length][RequestChunks.MAX_CHUNKS];
  private final int[] counts = new int[KINDS.length];
  private long millis;

  BatchChunks(Supplier<Duration> span) {
    this.span = span;
  }

  void clear() {
    millis = span.get().toMillis();
    Arrays.fill(counts, 0);
  }

  /** Adds a request's chunks; false if they are too many together with those of the others. */
  boolean add(RequestChunks request) {
    if (request.isSliced()) {
      return false;
    }
    for (int kind = 0; kind < KINDS.length; kind++) {
      for (long time : request.times(KINDS[kind])) {
        if (!add(kind, Math.floorDiv(time, millis))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean add(int kind, long number) {
    for (int i = 0; i < counts[kind]; i++) {
      if (numbers[kind][i] == number) {
        return true;
      }
    }
    if (counts[kind] == RequestChunks.MAX_CHUNKS) {
      return false;
    }
    numbers[kind][counts[kind]++] = number;
    return true;
  }
}
