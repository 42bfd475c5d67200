package io.harvester.auth;

import java.util.List;

/**
 * Who a sender proved to be.
 *
 * @param node the node that the credential belongs to
 * @param mayWrite foreign nodes that it may write too: empty but for gateways
 */
public record Identity(String node, List<NodePattern> mayWrite) {

  /** Whether samples of that node may come with this credential. */
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
