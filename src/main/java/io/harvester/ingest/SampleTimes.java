// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.storage.Retention;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Which timestamps can be stored: none older than the retention, none too far in the future. */
public final class SampleTimes {
  /** Applies even if retention is unlimited: an older timestamp comes from a broken clock. */
  private static final long OLDEST = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();

  private final Clock clock;
  private final Duration maxFuture;
  private volatile Rules rules;

  /** The shortest retention is computed once per change, because every request asks for it. */
  private record Rules(Retention retention, Duration shortest) {
    static Rules of(Retention retention) {
      return new Rules(retention, retention.shortest());
    }
  }

  /**
   * Starts with one retention for all nodes and metrics.
   *
   * @param retention zero: forever
   * @param maxFuture how far ahead of the clock a timestamp may be
   */
  public SampleTimes(Clock clock, Duration retention, Duration maxFuture) {
    this.clock = clock;
    this.rules = Rules.of(Retention.of(retention));
    this.maxFuture = maxFuture;
  }

  /** Replaces the retention rules. */
  public void setRetention(Retention retention) {
    rules = Rules.of(retention);
  }

  /** The time from which samples of every node and metric are storable, ms since the epoch. */
  public long oldest() {
    return oldest(rules.shortest());
  }

  /** The oldest storable timestamp of a node and metric, ms since the epoch. */
  public long oldest(String node, String metric) {
    return oldest(rules.retention().of(node, metric));
  }

  private long oldest(Duration keep) {
    return keep.isZero() ? OLDEST : Math.max(OLDEST, clock.millis() - keep.toMillis());
  }

  /** The newest storable timestamp, ms since the epoch. */
  public long newest() {
    return clock.millis() + maxFuture.toMillis();
  }

  /** Explains which limit a timestamp exceeds, with the setting. */
  public String explain(long time, long oldest) {
    if (time >= oldest) {
      return "timestamp %d ms is more than HARVESTER_MAX_FUTURE ahead (newest: %d ms)"
          .formatted(time, newest());
    }
    return oldest == OLDEST
        ? "timestamp %d ms is before the year 2000 (oldest: %d ms)".formatted(time, OLDEST)
        : ("timestamp %d ms is older than HARVESTER_RETENTION or the retention rule of its node or"
                + " metric allows (oldest: %d ms)")
            .formatted(time, oldest);
  }
}
