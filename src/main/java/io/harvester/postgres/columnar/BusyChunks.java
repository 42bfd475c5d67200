package io.harvester.postgres.columnar;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which chunks this process writes into at the moment. To compact a chunk of the past while a gap
 * is being filled in it would be work for nothing; but a sender with a wrong clock must not keep a
 * chunk from ever being looked after.
 */
final class BusyChunks {
  private static final Duration QUIET = Duration.ofMinutes(2);
  private static final Duration TIMEOUT = Duration.ofHours(1);

  private final Map<Long, Writes> byStart = new ConcurrentHashMap<>();

  /** When the writes began, and the last of them, ns on the clock of {@link System#nanoTime}. */
  private static final class Writes {
    final long since;
    volatile long last;

    Writes(long now) {
      since = now;
      last = now;
    }
  }

  /** Notes a write into the chunk that starts then (ms since the epoch). */
  void written(long chunkStart) {
    long now = System.nanoTime();
    Writes writes = byStart.get(chunkStart);
    if (writes == null) {
      byStart.put(chunkStart, new Writes(now));
    } else {
      writes.last = now;
    }
  }

  /** Whether a closed chunk is still being filled. */
  boolean isBusy(Instant chunkStart) {
    Writes writes = byStart.get(chunkStart.toEpochMilli());
    if (writes == null) {
      return false;
    }
    long now = System.nanoTime();
    boolean busy = now - writes.last < QUIET.toNanos() && now - writes.since < TIMEOUT.toNanos();
    if (!busy) {
      byStart.remove(chunkStart.toEpochMilli());
    }
    return busy;
  }
}
