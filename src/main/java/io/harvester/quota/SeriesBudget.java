package io.harvester.quota;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How many series each node has, and how fast they become more, against its quota. Asked only about
 * series that are not in memory: known ones cost nothing.
 */
public final class SeriesBudget {
  private static final double SECONDS_PER_HOUR = 3600;

  private final NodeQuotas quotas;
  private final LongSupplier nanoTime;
  private final Map<String, Usage> byNode = new ConcurrentHashMap<>();

  /** Whether a series may be taken up. */
  public enum Decision {
    /** It may, and is counted. */
    ADMITTED,
    /** The node has its full number of active series. */
    TOO_MANY_SERIES,
    /** The node made its full number of new series within the hour. */
    TOO_MANY_NEW_SERIES
  }

  private static final class Usage {
    final LeakyBucket created;
    final GrowthSketch growth = new GrowthSketch();
    int active;

    Usage(long now) {
      created = new LeakyBucket(now);
    }
  }

  /** Takes the quotas and a clock such as {@code System::nanoTime}. */
  public SeriesBudget(NodeQuotas quotas, LongSupplier nanoTime) {
    this.quotas = quotas;
    this.nanoTime = nanoTime;
  }

  /**
   * Decides on one series, and counts it if it is admitted.
   *
   * @param isNew the catalog has never seen it
   */
  public Decision admit(String node, String metric, boolean isNew) {
    Quota quota = quotas.of(node);
    long now = nanoTime.getAsLong();
    Usage usage = usage(node, now);
    synchronized (usage) {
      if (isNew) {
        usage.growth.add(metric);
      }
      if (quota.series() > 0 && usage.active >= quota.series()) {
        return Decision.TOO_MANY_SERIES;
      }
      if (isNew && quota.newSeriesPerHour() > 0) {
        double perSecond = quota.newSeriesPerHour() / SECONDS_PER_HOUR;
        if (!usage.created.hasRoomFor(1, now, perSecond, quota.newSeriesPerHour())) {
          return Decision.TOO_MANY_NEW_SERIES;
        }
        usage.created.fill(now, perSecond, 1);
      }
      usage.active++;
      return Decision.ADMITTED;
    }
  }

  /** Puts a fresh count of active series in the place of what was added up. */
  public void recount(Map<String, Integer> activeByNode) {
    byNode.forEach(
        (node, usage) -> {
          synchronized (usage) {
            usage.active = activeByNode.getOrDefault(node, 0);
          }
        });
    activeByNode.forEach(
        (node, active) -> {
          Usage usage = usage(node, nanoTime.getAsLong());
          synchronized (usage) {
            usage.active = active;
          }
        });
  }

  /** The metric of which the node makes the most new series; empty if it makes none. */
  public String fastestGrowing(String node) {
    Usage usage = usage(node, nanoTime.getAsLong());
    synchronized (usage) {
      return usage.growth.max();
    }
  }

  /** A refusal in words: the limit, the setting, and where to look. */
  public String explain(String node, Decision decision) {
    Quota quota = quotas.of(node);
    String limit =
        decision == Decision.TOO_MANY_SERIES
            ? quota.series() + " active series (HARVESTER_MAX_SERIES_PER_NODE"
            : quota.newSeriesPerHour() + " new series an hour (HARVESTER_MAX_NEW_SERIES_PER_HOUR";
    return "node "
        + node
        + " may have "
        + limit
        + ", or: node limit "
        + node
        + "); fastest growing metric: "
        + fastestGrowing(node);
  }

  private Usage usage(String node, long now) {
    return byNode.computeIfAbsent(node, name -> new Usage(now));
  }
}
