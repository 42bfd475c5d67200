// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The chunks that this process is writing to. Compacting a past chunk while a gap in it is being
 * filled would be wasted work; but a sender whose clock is wrong must not keep a chunk from being
 * maintained forever.
 */
final class BusyChunks {
  /** A chunk is no longer busy this long after its last write. */
  private static final Duration QUIET_PERIOD = Duration.ofMinutes(2);

  /** Continuous writing postpones a chunk's maintenance for at most this long. */
  private static final Duration MAX_POSTPONEMENT = Duration.ofHours(1);

  private final Map<Long, Writes> byStart = new ConcurrentHashMap<>();

  /** Times of a chunk's first and last write, in ns of {@link System#nanoTime}. */
  private static final class Writes {
    final long first;
    volatile long last;

    Writes(long now) {
      first = now;
      last = now;
    }
  }

  /** Records a write to the chunk that starts at a time (ms since the epoch). */
  void written(long chunkStart) {
    long now = System.nanoTime();
    Writes writes = byStart.get(chunkStart);
    if (writes == null) {
      byStart.put(chunkStart, new Writes(now));
    } else {
      writes.last = now;
    }
  }

  /** Whether maintenance of the chunk that starts then has to wait. */
  boolean isBusy(Instant chunkStart) {
    Writes writes = byStart.get(chunkStart.toEpochMilli());
    if (writes == null) {
      return false;
    }
    long now = System.nanoTime();
    boolean busy =
        now - writes.last < QUIET_PERIOD.toNanos()
            && now - writes.first < MAX_POSTPONEMENT.toNanos();
    if (!busy) {
      byStart.remove(chunkStart.toEpochMilli());
    }
    return busy;
  }
}
