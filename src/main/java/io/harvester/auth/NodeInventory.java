// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.util.concurrent.CompletionStage;

/** The list of nodes: the database. */
@FunctionalInterface
public interface NodeInventory {
  /**
   * Finds a node by name. One that is not in the catalog has no write and no samples.
   *
   * @return fails if the database does not answer
   */
  CompletionStage<NodeSummary> find(String name);
}
