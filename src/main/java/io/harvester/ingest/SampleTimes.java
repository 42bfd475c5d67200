package io.harvester.ingest;

import io.harvester.storage.Retention;
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
  private volatile Rules rules;

  /** What every request asks for is worked out once, however many rules there are. */
  private record Rules(Retention retention, Duration shortest) {
    static Rules of(Retention retention) {
      return new Rules(retention, retention.shortest());
    }
  }

  /** Takes the retention (zero: for ever) and how far ahead of the clock a sample may be. */
  public SampleTimes(Clock clock, Duration retention, Duration maxFuture) {
    this.clock = clock;
    this.rules = Rules.of(Retention.of(retention));
    this.maxFuture = maxFuture;
  }

  /** From now on this is kept. */
  public void keep(Retention retention) {
    rules = Rules.of(retention);
  }

  /** What is no older can be stored, whatever node and metric it is of; ms since the epoch. */
  public long oldest() {
    return oldest(rules.shortest());
  }

  /** The oldest storable timestamp of a node and metric now, ms since the epoch. */
  public long oldest(String node, String metric) {
    return oldest(rules.retention().of(node, metric));
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
