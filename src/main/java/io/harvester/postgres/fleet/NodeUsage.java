// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this process counted of a node.
 *
 * @param node its name
 * @param activeSeries number of series with a sample within the last hour
 * @param newSeries what is used of the quota of new series
 * @param bodyBytes compressed bytes of its requests since the last count
 */
public record NodeUsage(String node, int activeSeries, int newSeries, long bodyBytes) {
  /** The nodes that have any of the three. */
  public static List<NodeUsage> of(
      Map<String, Integer> activeSeries,
      Map<String, Integer> newSeries,
      Map<String, Long> bodyBytes) {
    Set<String> nodes = new TreeSet<>(activeSeries.keySet());
    nodes.addAll(newSeries.keySet());
    nodes.addAll(bodyBytes.keySet());
    List<NodeUsage> all = new ArrayList<>(nodes.size());
    for (String node : nodes) {
      all.add(
          new NodeUsage(
              node,
              activeSeries.getOrDefault(node, 0),
              newSeries.getOrDefault(node, 0),
              bodyBytes.getOrDefault(node, 0L)));
    }
    return all;
  }
}
