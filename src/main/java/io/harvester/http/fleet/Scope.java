// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.fleet;

import io.harvester.auth.NodePattern;
import java.util.List;

/**
 * Who asks for what.
 *
 * @param mayRead nodes that the asker may read
 * @param knownVitals the version of the vitals that the asker has; these are left out
 */
record Scope(List<NodePattern> mayRead, long knownVitals) {
  boolean includes(String node) {
    for (NodePattern pattern : mayRead) {
      if (pattern.matches(node)) {
        return true;
      }
    }
    return false;
  }

  boolean isRestricted() {
    return !mayRead.contains(NodePattern.ALL);
  }
}
