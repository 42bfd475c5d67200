// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

import java.util.List;

/**
 * All nodes at one time.
 *
 * @param time ms since the epoch
 */
public record Snapshot(long time, List<FleetNode> nodes, Vitals vitals) {
  /** Whether a node has missed a write, although its state is still {@code up}. */
  public boolean isLate(FleetNode node) {
    return node.isLate(vitals.value(Vital.INTERVAL, node.name()));
  }
}
