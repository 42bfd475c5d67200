package io.harvester.quota;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Which name came most often, in constant memory however many names there are (Misra and Gries,
 * 1982): a name that makes up more than 1/64 of all is certainly among those kept. Not thread-safe.
 */
final class GrowthSketch {
  private static final int KEPT = 63;

  private final Map<String, Long> counts = new HashMap<>();

  void add(String name) {
    if (counts.containsKey(name) || counts.size() < KEPT) {
      counts.merge(name, 1L, Long::sum);
    } else {
      counts.replaceAll((kept, count) -> count - 1);
      counts.values().removeIf(count -> count == 0);
    }
  }

  /** The name that came most often; empty if there is none. */
  String max() {
    return counts.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
