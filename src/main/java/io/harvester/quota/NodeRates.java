package io.harvester.quota;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Samples and bytes per second of each sender, against its quota. Over ten seconds: a scrape of a
 * thousand series, or a backlog after a break, comes all at once.
 */
public final class NodeRates {
  private static final int SECONDS = 10;

  private final NodeQuotas quotas;
  private final LongSupplier nanoTime;
  private final Map<String, Rates> byNode = new ConcurrentHashMap<>();

  private record Rates(LeakyBucket samples, LeakyBucket bytes) {}

  /** Takes the quotas and a clock such as {@code System::nanoTime}. */
  public NodeRates(NodeQuotas quotas, LongSupplier nanoTime) {
    this.quotas = quotas;
    this.nanoTime = nanoTime;
  }

  /** Seconds until the sender may come again; 0: now. */
  public long secondsToWait(String node) {
    Quota quota = quotas.of(node);
    long now = nanoTime.getAsLong();
    Rates rates = rates(node, now);
    synchronized (rates) {
      return Math.max(
          wait(rates.samples(), now, quota.samplesPerSecond()),
          wait(rates.bytes(), now, quota.bodyBytesPerSecond()));
    }
  }

  private static long wait(LeakyBucket bucket, long now, double perSecond) {
    return perSecond == 0 ? 0 : bucket.secondsToWait(now, perSecond, perSecond * SECONDS);
  }

  /** The sender's request held that many samples in a body of that many bytes. */
  public void used(String node, long samples, long bytes) {
    Quota quota = quotas.of(node);
    long now = nanoTime.getAsLong();
    Rates rates = rates(node, now);
    synchronized (rates) {
      rates.samples().fill(now, quota.samplesPerSecond(), samples);
      rates.bytes().fill(now, quota.bodyBytesPerSecond(), bytes);
    }
  }

  private Rates rates(String node, long now) {
    return byNode.computeIfAbsent(
        node, name -> new Rates(new LeakyBucket(now), new LeakyBucket(now)));
  }

  /** The limits of a sender in words. */
  public String explain(String node) {
    Quota quota = quotas.of(node);
    return "node "
        + node
        + " sends more than "
        + quota.samplesPerSecond()
        + " samples/s or "
        + quota.bodyBytesPerSecond()
        + " bytes/s (HARVESTER_MAX_SAMPLES_PER_SECOND, HARVESTER_MAX_BODY_BYTES_PER_SECOND, or: node"
        + " limit "
        + node
        + ")";
  }
}
