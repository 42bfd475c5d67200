// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.series.NodeScope;
import java.util.function.Predicate;

/**
 * The sender of a request.
 *
 * @param scope its node, and what the node labels of its series mean
 * @param known whether it is authenticated; if not, many senders share this name
 * @param mayWrite tests whether it may write a node
 */
public record Sender(NodeScope scope, boolean known, Predicate<String> mayWrite) {

  /** Its node: that of its credential, or the default node. */
  public String node() {
    return scope.node();
  }

  /** Name under which its requests take turns. All unauthenticated senders share one. */
  public String turn() {
    return known ? node() : "";
  }
}
