// SPDX-License-Identifier: Apache-2.0
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
 * The samples to delete from a chunk, of nodes of which the same metrics have expired.
 *
 * @param nodes {@code node_id}s, ascending
 * @param metrics {@code metric_id}s, ascending
 * @param allBut whether all metrics but these have expired, or only these
 */
public record Expired(List<Integer> nodes, List<Integer> metrics, boolean allBut) {

  /** Whether all samples of these nodes have expired. */
  boolean isEverything() {
    return allBut && metrics.isEmpty();
  }

  /** The metrics of one node that have expired, or all others. */
  private record Selection(List<Integer> metrics, boolean allBut) {}

  /**
   * Finds what has expired in a chunk.
   *
   * @param age time since the end of the chunk
   * @param nodes all nodes, id to name
   * @param metrics the metrics that have rules, id to name
   */
  public static List<Expired> of(
      Retention rules, Duration age, Map<Integer, String> nodes, Map<Integer, String> metrics) {
    Map<Selection, List<Integer>> nodesBySelection = new LinkedHashMap<>();
    Map<String, Selection> byRule = new TreeMap<>(); // nodes without a rule share one
    for (int id : new TreeSet<>(nodes.keySet())) {
      String name = nodes.get(id);
      String key = rules.byNode().containsKey(name) ? "node " + name : "";
      Selection selection = byRule.computeIfAbsent(key, k -> select(rules, age, name, metrics));
      if (selection.allBut() || !selection.metrics().isEmpty()) {
        nodesBySelection.computeIfAbsent(selection, s -> new ArrayList<>()).add(id);
      }
    }
    List<Expired> all = new ArrayList<>();
    nodesBySelection.forEach(
        (selection, ids) -> all.add(new Expired(ids, selection.metrics(), selection.allBut())));
    return all;
  }

  /**
   * Describes what has expired in a chunk by a text that is equal as long as the rules have the
   * same effect on it. Nodes without a rule are left out: a new one has no samples in so old a
   * chunk.
   *
   * @param age time since the end of the chunk
   * @param metrics the metrics that have rules, id to name
   */
  public static String summary(Retention rules, Duration age, Map<Integer, String> metrics) {
    StringBuilder text = new StringBuilder().append(select(rules, age, "", metrics));
    for (String node : new TreeSet<>(rules.byNode().keySet())) {
      text.append(node.length()).append(node).append(select(rules, age, node, metrics));
    }
    return text.toString();
  }

  private static Selection select(
      Retention rules, Duration age, String node, Map<Integer, String> metrics) {
    Duration usual = rules.byNode().getOrDefault(node, rules.standard());
    boolean usualExpired = hasExpired(usual, age);
    List<Integer> exceptions = new ArrayList<>();
    for (int id : new TreeSet<>(metrics.keySet())) {
      if (hasExpired(rules.of(node, metrics.get(id)), age) != usualExpired) {
        exceptions.add(id);
      }
    }
    return new Selection(exceptions, usualExpired);
  }

  private static boolean hasExpired(Duration keep, Duration age) {
    return !keep.isZero() && keep.compareTo(age) <= 0;
  }
}
