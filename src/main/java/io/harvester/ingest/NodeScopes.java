// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.harvester.series.NodeScope;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number for each {@link NodeScope}. It is part of the hash of a series, because the same labels
 * mean different series in different scopes. Numbers are counted, not hashed, so that no two scopes
 * share one. A node that returns after a day gets another number; its series are looked up again.
 */
final class NodeScopes {
  private static final int MAX_SCOPES = 100_000;
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final Cache<NodeScope, Long> byScope =
      Caffeine.newBuilder()
          .maximumSize(MAX_SCOPES)
          .expireAfterAccess(REMEMBERED)
          .executor(Runnable::run)
          .build();
  private final AtomicLong last = new AtomicLong();

  long of(NodeScope scope) {
    return byScope.get(scope, s -> last.incrementAndGet());
  }
}
