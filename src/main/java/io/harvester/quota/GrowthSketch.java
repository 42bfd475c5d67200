// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the most frequent name in constant memory (Misra and Gries, 1982): a name that makes up
 * more than 1/64 of all is certainly among those kept. Long names are cut. Thread-safe.
 */
final class GrowthSketch {
  private static final int KEPT = 63;
  private static final int MAX_CHARACTERS = 100;

  private final Map<String, Long> counts = new HashMap<>();

  synchronized void add(String name) {
    String key = shortened(name);
    if (counts.containsKey(key) || counts.size() < KEPT) {
      counts.merge(key, 1L, Long::sum);
    } else {
      counts.replaceAll((kept, count) -> count - 1);
      counts.values().removeIf(count -> count == 0);
    }
  }

  private static String shortened(String name) {
    return name.length() <= MAX_CHARACTERS ? name : name.substring(0, MAX_CHARACTERS) + "…";
  }

  /** The most frequent name; empty if there is none. */
  synchronized String max() {
    return counts.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
