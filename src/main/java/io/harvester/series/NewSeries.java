// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The valid series of one request that are not in memory and not yet registered. */
public final class NewSeries {
  private final Map<UUID, SeriesKey> keys = new LinkedHashMap<>();
  private final UUID[] byMiss;
  private final Set<UUID> renamed = new HashSet<>();
  private String renamedFrom = "";

  NewSeries(int misses) {
    byMiss = new UUID[misses];
  }

  /** Adds a series; {@code foreignNode} is the node that its renamed label names, or null. */
  void add(int miss, SeriesKey key, String foreignNode) {
    byMiss[miss] = key.fingerprint();
    keys.putIfAbsent(key.fingerprint(), key);
    if (foreignNode != null) {
      renamed.add(key.fingerprint());
      renamedFrom = foreignNode;
    }
  }

  /** Number of series whose node label was renamed. */
  public int renamed() {
    return renamed.size();
  }

  /** One of the nodes that the renamed labels name. */
  public String renamedFrom() {
    return renamedFrom;
  }

  /** The fingerprint of a miss; null if the series is defective. */
  UUID fingerprint(int miss) {
    return byMiss[miss];
  }

  int misses() {
    return byMiss.length;
  }

  SeriesKey key(UUID fingerprint) {
    return keys.get(fingerprint);
  }

  /** The distinct label sets. */
  List<SeriesKey> distinct() {
    return new ArrayList<>(keys.values());
  }

  /** The first series of each node. */
  public Collection<SeriesKey> firstOfEachNode() {
    Map<String, SeriesKey> first = new LinkedHashMap<>();
    for (SeriesKey key : keys.values()) {
      first.putIfAbsent(key.node(), key);
    }
    return first.values();
  }
}
