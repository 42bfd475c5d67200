// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.util.List;

/**
 * The proven identity of a sender.
 *
 * @param node the node that the credential belongs to
 * @param mayWrite other nodes that it may write; empty, except for gateways
 */
public record Identity(String node, List<NodePattern> mayWrite) {

  /** Whether it may write other nodes than its own. */
  public boolean isGateway() {
    return !mayWrite.isEmpty();
  }

  /** Whether this identity may write samples of that node. */
  public boolean owns(String name) {
    if (name.equals(node)) {
      return true;
    }
    for (NodePattern pattern : mayWrite) {
      if (pattern.matches(name)) {
        return true;
      }
    }
    return false;
  }
}
