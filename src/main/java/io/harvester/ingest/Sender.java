package io.harvester.ingest;

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
  String turn() {
    return known ? node : "";
  }

  /** A sender that showed a credential of this node. */
  public static Sender of(String node, Predicate<String> mayWrite) {
    return new Sender(node, true, mayWrite);
  }

  /** Somebody: the node is what the settings say, and every node may be written. */
  public static Sender anonymous(String node) {
    return new Sender(node, false, name -> true);
  }
}
