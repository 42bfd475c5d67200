// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Active series and new series of each node, against its quota. Asked only about series that are
 * not in memory: known series cost nothing.
 *
 * <p>The node label is the sender's choice, so memory is bounded. Nodes that the last {@link
 * #recount} found active are kept: there are no more of them than nodes in the series cache. Other
 * nodes are forgotten after an hour, or when they take more than their share of the heap; then
 * their quota of new series starts anew.
 */
public final class SeriesBudget {
  private static final double SECONDS_PER_HOUR = 3600;

  /** After this time without new series the quota of new series is unused again. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  /** Nodes that are not known to be active take at most this share of the heap. */
  private static final int SHARE_OF_HEAP = 32;

  /** Approximate memory of a node, apart from its name. */
  private static final int BYTES_PER_NODE = 250;

  /** The nodes that grow most have a sketch; it takes about 10 KiB. */
  private static final int MAX_SKETCHES = 1000;

  private final NodeQuotas quotas;
  private final LongSupplier nanoTime;
  private final Cache<String, Usage> byNode;
  private final Cache<String, GrowthSketch> growth;

  /** Whether a series is admitted. */
  public enum Decision {
    /** It is, and is counted. */
    ADMITTED,
    /** The node has as many active series as its quota allows. */
    TOO_MANY_SERIES,
    /** The node made as many new series within the hour as its quota allows. */
    TOO_MANY_NEW_SERIES
  }

  private static final class Usage {
    final LeakyBucket created;
    int active;
    volatile boolean wasActive; // at the last recount

    Usage(long now) {
      created = new LeakyBucket(now);
    }
  }

  /** Takes the quotas and a clock such as {@code System::nanoTime}. */
  public SeriesBudget(NodeQuotas quotas, LongSupplier nanoTime) {
    this(quotas, nanoTime, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  SeriesBudget(NodeQuotas quotas, LongSupplier nanoTime, long maxBytes) {
    this.quotas = quotas;
    this.nanoTime = nanoTime;
    this.byNode =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher(SeriesBudget::weight)
            .expireAfterAccess(REMEMBERED)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
    this.growth =
        Caffeine.newBuilder()
            .maximumSize(MAX_SKETCHES)
            .expireAfterAccess(REMEMBERED)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  private static int weight(String node, Usage usage) {
    return usage.wasActive ? 0 : BYTES_PER_NODE + 2 * node.length(); // 0: never evicted
  }

  /**
   * Decides on one series, and counts it if it is admitted.
   *
   * @param isNew whether the catalog does not have it yet
   */
  public Decision admit(String node, String metric, boolean isNew) {
    Quota quota = quotas.of(node);
    long now = nanoTime.getAsLong();
    if (isNew) {
      growth.get(node, name -> new GrowthSketch()).add(metric);
    }
    Usage usage = usage(node, now);
    synchronized (usage) {
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

  /** Replaces the sums of active series by a count. */
  public void recount(Map<String, Integer> activeByNode) {
    byNode
        .asMap()
        .forEach(
            (node, usage) -> {
              if (!activeByNode.containsKey(node)) {
                setActive(node, usage, 0);
              }
            });
    long now = nanoTime.getAsLong();
    activeByNode.forEach((node, active) -> setActive(node, usage(node, now), active));
  }

  private void setActive(String node, Usage usage, int active) {
    synchronized (usage) {
      usage.active = active;
    }
    if (usage.wasActive != active > 0) {
      usage.wasActive = active > 0;
      byNode.put(node, usage); // weighs it again
    }
  }

  /**
   * What each node has used of its quota of new series: grows by one with each, and shrinks by the
   * quota in an hour. Nodes that have used nothing are missing.
   */
  public Map<String, Integer> newSeries() {
    long now = nanoTime.getAsLong();
    Map<String, Integer> used = new HashMap<>();
    byNode
        .asMap()
        .forEach(
            (node, usage) -> {
              int level = newSeries(usage, quotas.of(node), now);
              if (level > 0) {
                used.put(node, level);
              }
            });
    return used;
  }

  private static int newSeries(Usage usage, Quota quota, long now) {
    synchronized (usage) {
      return (int)
          Math.round(usage.created.level(now, quota.newSeriesPerHour() / SECONDS_PER_HOUR));
    }
  }

  /** The metric of which the node makes the most new series; empty if that is unknown. */
  public String fastestGrowing(String node) {
    GrowthSketch sketch = growth.getIfPresent(node);
    return sketch == null ? "" : sketch.max();
  }

  /** A refusal for people: the limit, the setting, and the metric to look at. */
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
    return byNode.get(node, name -> new Usage(now));
  }

  /** Number of nodes remembered. */
  long size() {
    byNode.cleanUp();
    return byNode.estimatedSize();
  }
}
