// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

import io.harvester.storage.StoreException;
import java.util.List;
import java.util.Optional;

/** What the database knows of nodes. Calls block. */
public interface FleetSource {
  /** All nodes, sorted by name. */
  List<FleetNode> nodes() throws StoreException;

  /**
   * What is known of a node beside its row: credentials, quotas, rejections, annotations.
   *
   * @param from start of the annotations, ms since the epoch
   * @param to their end
   * @return a JSON object; empty: there is no such node
   */
  Optional<String> details(String node, long from, long to) throws StoreException;

  /** What the database knows of itself: size, conflicts, rejections, maintenance; JSON. */
  String database() throws StoreException;
}
