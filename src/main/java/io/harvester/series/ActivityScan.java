// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.series.Activity.CurrentSeries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the {@link Activity} of a series table in one pass over its records. */
final class ActivityScan {
  private static final long STALE = 0x7FF0000000000002L;

  private final SeriesTable table;
  private final long activeSince;
  private final Set<Integer> metrics;
  private final int[] active;
  private final Map<Long, Integer> newest = new HashMap<>(); // node and metric to slot

  private ActivityScan(SeriesTable table, long activeSince, Set<Integer> metrics) {
    this.table = table;
    this.activeSince = activeSince;
    this.metrics = metrics;
    this.active = new int[table.nodeCount()];
  }

  /**
   * Looks at all records of a table.
   *
   * @param activeSince a series is active if its newest sample is newer, ms since the epoch
   * @param metrics ids of the metrics whose current series are wanted
   */
  static Activity of(SeriesTable table, long activeSince, Set<Integer> metrics) {
    ActivityScan scan = new ActivityScan(table, activeSince, metrics);
    int end = table.size();
    for (int slot = 0; slot < end; slot++) {
      scan.look(slot);
    }
    return new Activity(scan.activeByName(), scan.current());
  }

  private void look(int slot) {
    if (table.isAlias(slot) || table.nodeNumber(slot) >= active.length) {
      return; // the latter was added since the number of nodes was read
    }
    long time = table.newestTime(slot);
    if (time > activeSince) {
      active[table.nodeNumber(slot)]++;
    }
    int metric = SeriesId.metric(table.id(slot));
    if (time > 0 && metrics.contains(metric)) {
      newest.merge(
          ((long) table.nodeNumber(slot) << Integer.SIZE) | metric,
          slot,
          (a, b) -> table.newestTime(b) > table.newestTime(a) ? b : a);
    }
  }

  private Map<String, Integer> activeByName() {
    Map<String, Integer> byName = new HashMap<>();
    for (int number = 0; number < active.length; number++) {
      if (active[number] > 0) {
        byName.merge(table.nodeName(number), active[number], Integer::sum);
      }
    }
    return byName;
  }

  private List<CurrentSeries> current() {
    List<CurrentSeries> current = new ArrayList<>(newest.size());
    for (int slot : newest.values()) {
      current.add(
          new CurrentSeries(
              table.node(slot).id(),
              table.id(slot),
              table.newestTime(slot),
              table.newestBits(slot) == STALE));
    }
    return current;
  }
}
