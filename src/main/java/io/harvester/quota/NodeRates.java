// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Samples and bytes per second of each authenticated sender, against its quota. Averaged over ten
 * seconds: a scrape of a thousand series, or a backlog after an interruption, arrives all at once.
 *
 * <p>Remembers at most 100,000 senders, each for a day after its last request.
 */
public final class NodeRates {
  private static final int SECONDS = 10;
  private static final int MAX_NODES = 100_000;
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final NodeQuotas quotas;
  private final LongSupplier nanoTime;
  private final Cache<String, Rates> byNode;

  private static final class Rates {
    final LeakyBucket samples;
    final LeakyBucket bytes;
    long bytesSinceTaken;

    Rates(long now) {
      samples = new LeakyBucket(now);
      bytes = new LeakyBucket(now);
    }
  }

  /** Takes the quotas and a clock such as {@code System::nanoTime}. */
  public NodeRates(NodeQuotas quotas, LongSupplier nanoTime) {
    this.quotas = quotas;
    this.nanoTime = nanoTime;
    this.byNode =
        Caffeine.newBuilder()
            .maximumSize(MAX_NODES)
            .expireAfterAccess(REMEMBERED)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /** Seconds until the sender may send again; 0: now. */
  public long secondsToWait(String node) {
    Quota quota = quotas.of(node);
    long now = nanoTime.getAsLong();
    Rates rates = rates(node, now);
    synchronized (rates) {
      return Math.max(
          wait(rates.samples, now, quota.samplesPerSecond()),
          wait(rates.bytes, now, quota.bodyBytesPerSecond()));
    }
  }

  private static long wait(LeakyBucket bucket, long now, double perSecond) {
    return perSecond == 0 ? 0 : bucket.secondsToWait(now, perSecond, perSecond * SECONDS);
  }

  /** Counts a request of the sender: its samples, and the bytes of its compressed body. */
  public void used(String node, long samples, long bytes) {
    Quota quota = quotas.of(node);
    long now = nanoTime.getAsLong();
    Rates rates = rates(node, now);
    synchronized (rates) {
      rates.samples.fill(now, quota.samplesPerSecond(), samples);
      rates.bytes.fill(now, quota.bodyBytesPerSecond(), bytes);
      rates.bytesSinceTaken += bytes;
    }
  }

  /** The bytes of each sender since the last call; senders without any are missing. */
  public Map<String, Long> takeBytes() {
    Map<String, Long> taken = new HashMap<>();
    byNode
        .asMap()
        .forEach(
            (node, rates) -> {
              synchronized (rates) {
                if (rates.bytesSinceTaken > 0) {
                  taken.put(node, rates.bytesSinceTaken);
                  rates.bytesSinceTaken = 0;
                }
              }
            });
    return taken;
  }

  private Rates rates(String node, long now) {
    return byNode.get(node, name -> new Rates(now));
  }

  /** Why a sender is refused, for people: its limits and the settings. */
  public String explain(String node) {
    Quota quota = quotas.of(node);
    List<String> limits = new ArrayList<>();
    if (quota.samplesPerSecond() > 0) {
      limits.add(quota.samplesPerSecond() + " samples/s (HARVESTER_MAX_SAMPLES_PER_SECOND)");
    }
    if (quota.bodyBytesPerSecond() > 0) {
      limits.add(quota.bodyBytesPerSecond() + " bytes/s (HARVESTER_MAX_BODY_BYTES_PER_SECOND)");
    }
    return "node %s sends more than %s; for this node alone: node limit %s"
        .formatted(node, String.join(" or ", limits), node);
  }

  /** Number of senders remembered. */
  long size() {
    byNode.cleanUp();
    return byNode.estimatedSize();
  }
}
