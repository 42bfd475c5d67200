// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

import java.util.HashMap;
import java.util.Map;

/** The quotas in force: the default, and what operators set for single nodes. */
public final class NodeQuotas {
  private final Quota standard;
  private volatile Map<String, Quota> byNode = Map.of();

  /** Every node has the default until {@link #override}. */
  public NodeQuotas(Quota standard) {
    this.standard = standard;
  }

  /** The quota of nodes without one of their own. */
  public Quota standard() {
    return standard;
  }

  /** The quota of a node. */
  public Quota of(String node) {
    return byNode.getOrDefault(node, standard);
  }

  /** Replaces all earlier overrides. */
  public void override(Map<String, QuotaOverride> overrides) {
    Map<String, Quota> quotas = new HashMap<>();
    overrides.forEach((node, override) -> quotas.put(node, standard.with(override)));
    byNode = Map.copyOf(quotas);
  }
}
