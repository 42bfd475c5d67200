package io.harvester.auth;

import java.util.concurrent.CompletionStage;

/** Where nodes are listed: the database. */
@FunctionalInterface
public interface NodeInventory {
  /** The node of that name, without a write or sample if it is not there; fails if unreachable. */
  CompletionStage<NodeSummary> find(String name);
}
