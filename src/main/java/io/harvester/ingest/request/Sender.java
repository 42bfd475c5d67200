package io.harvester.ingest.request;

import java.util.function.Predicate;

/**
 * On whose behalf a request comes.
 *
 * @param node the node of series that have no node label
 * @param known whether the sender proved who it is; else many may share this name
 * @param mayWrite which nodes' samples it may send
 */
public record Sender(String node, boolean known, Predicate<String> mayWrite) {

  /** Under which name it takes its turn: all that are unknown share one. */
  public String turn() {
    return known ? node : "";
  }
}
