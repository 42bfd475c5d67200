package io.harvester.ingest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number for each default node: it goes into the hashes of series, because the same labels mean
 * another series under another default node. Counted, not hashed: two nodes must never share one.
 */
final class NodeScopes {
  private final Map<String, Long> byNode = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  long of(String defaultNode) {
    return byNode.computeIfAbsent(defaultNode, node -> last.incrementAndGet());
  }
}
