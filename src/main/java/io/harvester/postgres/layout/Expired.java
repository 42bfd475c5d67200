package io.harvester.postgres.layout;

import io.harvester.storage.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Samples of a chunk that are to be deleted: of some nodes that have the same fate.
 *
 * @param nodes {@code node_id}s, ascending
 * @param metrics {@code metric_id}s, ascending
 * @param allBut whether everything goes but these metrics, or nothing but these
 */
public record Expired(List<Integer> nodes, List<Integer> metrics, boolean allBut) {

  /** Whether nothing of these nodes is left. */
  boolean isEverything() {
    return allBut && metrics.isEmpty();
  }

  private record Fate(List<Integer> metrics, boolean allBut) {}

  /**
   * What has expired in a chunk that ended so long ago.
   *
   * @param nodes all nodes, id to name
   * @param metrics the metrics that have rules, id to name
   */
  public static List<Expired> of(
      Retention rules, Duration age, Map<Integer, String> nodes, Map<Integer, String> metrics) {
    Map<Fate, List<Integer>> byFate = new LinkedHashMap<>();
    Map<String, Fate> known = new TreeMap<>(); // nodes without a rule share one
    for (int id : new TreeSet<>(nodes.keySet())) {
      String name = nodes.get(id);
      String key = rules.byNode().containsKey(name) ? "node " + name : "";
      Fate fate = known.computeIfAbsent(key, k -> fate(rules, age, name, metrics));
      if (fate.allBut() || !fate.metrics().isEmpty()) {
        byFate.computeIfAbsent(fate, f -> new ArrayList<>()).add(id);
      }
    }
    List<Expired> all = new ArrayList<>();
    byFate.forEach((fate, ids) -> all.add(new Expired(ids, fate.metrics(), fate.allBut())));
    return all;
  }

  /**
   * What expired in such a chunk, as a text that is the same as long as the rules are; nodes that
   * have none do not matter, for a new one has nothing in a chunk so old.
   */
  public static String summary(Retention rules, Duration age, Map<Integer, String> metrics) {
    StringBuilder text = new StringBuilder().append(fate(rules, age, "", metrics));
    for (String node : new TreeSet<>(rules.byNode().keySet())) {
      text.append(node.length()).append(node).append(fate(rules, age, node, metrics));
    }
    return text.toString();
  }

  private static Fate fate(
      Retention rules, Duration age, String node, Map<Integer, String> metrics) {
    Duration usual = rules.byNode().getOrDefault(node, rules.standard());
    boolean usualIsOver = isOver(usual, age);
    List<Integer> others = new ArrayList<>();
    for (int id : new TreeSet<>(metrics.keySet())) {
      if (isOver(rules.of(node, metrics.get(id)), age) != usualIsOver) {
        others.add(id);
      }
    }
    return new Fate(others, usualIsOver);
  }

  private static boolean isOver(Duration keep, Duration age) {
    return !keep.isZero() && keep.compareTo(age) <= 0;
  }
}
