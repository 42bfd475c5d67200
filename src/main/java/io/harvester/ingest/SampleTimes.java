package io.harvester.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Which timestamps can be stored: neither older than what retention keeps nor too far ahead. */
public final class SampleTimes {
  /** Reason of samples that are too old. */
  public static final String TOO_OLD = "timestamp too old";

  /** Reason of samples too far in the future. */
  public static final String TOO_NEW = "timestamp too far in the future";

  /** Without retention: nothing before this was ever scraped, so it is a broken clock. */
  private static final long OLDEST = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();

  private final Clock clock;
  private final Duration maxFuture;
  private volatile Retention retention;

  /** Takes the retention (zero: for ever) and how far ahead of the clock a sample may be. */
  public SampleTimes(Clock clock, Duration retention, Duration maxFuture) {
    this.clock = clock;
    this.retention = Retention.of(retention);
    this.maxFuture = maxFuture;
  }

  /** From now on this is kept. */
  public void keep(Retention rules) {
    retention = rules;
  }

  /** What is no older can be stored, whatever node and metric it is of; ms since the epoch. */
  public long oldest() {
    return oldest(retention.shortest());
  }

  /** The oldest storable timestamp of a node and metric now, ms since the epoch. */
  public long oldest(String node, String metric) {
    return oldest(retention.of(node, metric));
  }

  private long oldest(Duration keep) {
    return keep.isZero() ? OLDEST : Math.max(OLDEST, clock.millis() - keep.toMillis());
  }

  /** The newest storable timestamp now, ms since the epoch. */
  public long newest() {
    return clock.millis() + maxFuture.toMillis();
  }

  /** For people: which limit such a timestamp breaks, and the setting. */
  public String explain(long time, long oldest) {
    return time < oldest
        ? "timestamp "
            + time
            + " ms is older than HARVESTER_RETENTION, or the rule of its node or metric, keeps ("
            + oldest
            + " ms)"
        : "timestamp " + time + " ms is more than HARVESTER_MAX_FUTURE ahead (" + newest() + " ms)";
  }
}
