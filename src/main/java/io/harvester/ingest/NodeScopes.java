// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number for each default node. It is part of the hash of a series, because the same labels mean
 * different series under different default nodes. Numbers are counted, not hashed, so that no two
 * nodes share one. A node that returns after a day gets another number; its series are looked up
 * again.
 */
final class NodeScopes {
  private static final int MAX_NODES = 100_000;
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final Cache<String, Long> byNode =
      Caffeine.newBuilder()
          .maximumSize(MAX_NODES)
          .expireAfterAccess(REMEMBERED)
          .executor(Runnable::run)
          .build();
  private final AtomicLong last = new AtomicLong();

  long of(String defaultNode) {
    return byNode.get(defaultNode, node -> last.incrementAndGet());
  }
}
