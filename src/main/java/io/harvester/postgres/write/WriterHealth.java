// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The writers that could not write at their last attempt. Another connection may lead to another
 * server, or have other rights: that one works says nothing about the writers.
 */
final class WriterHealth {
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  void fails(String writer) {
    failing.add(writer);
  }

  void works(String writer) {
    if (!failing.isEmpty()) {
      failing.remove(writer);
    }
  }

  /** A first write has succeeded: the next attempt of a writer probably does, too. */
  void clear() {
    failing.clear();
  }

  boolean isGood() {
    return failing.isEmpty();
  }
}
