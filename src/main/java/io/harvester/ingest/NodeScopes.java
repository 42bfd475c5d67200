// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number for each default node. It is part of the hash of a series, because the same labels mean
 * different series under different default nodes. Numbers are counted, not hashed, so that no two
 * nodes share one.
 */
final class NodeScopes {
  private final Map<String, Long> byNode = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  long of(String defaultNode) {
    return byNode.computeIfAbsent(defaultNode, node -> last.incrementAndGet());
  }
}
