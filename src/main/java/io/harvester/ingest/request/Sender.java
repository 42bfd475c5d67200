// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import java.util.function.Predicate;

/**
 * The sender of a request.
 *
 * @param node node of its series that have no node label
 * @param known whether it is authenticated; if not, many senders share this name
 * @param mayWrite tests whether it may write a node
 */
public record Sender(String node, boolean known, Predicate<String> mayWrite) {

  /** Name under which its requests take turns. All unauthenticated senders share one. */
  public String turn() {
    return known ? node : "";
  }
}
