// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

/** Keeps rejections where an operator finds them. It never delays the answer to a sender. */
@FunctionalInterface
public interface RejectionLog {
  /** Takes one rejection. It may be dropped under load. */
  void report(Rejection rejection);

  /**
   * Data points of one request that were rejected for the same reason.
   *
   * @param node the node that they belong to
   * @param metric metric name as far as readable; may be empty
   * @param reason a constant text for each cause
   * @param example one of them, described for an operator
   * @param time timestamp of the example as sent, ms since the epoch
   * @param samples how many
   */
  record Rejection(
      String node, String metric, String reason, String example, long time, long samples) {
    /** The same rejection with a higher count. */
    public Rejection plus(long more) {
      return new Rejection(node, metric, reason, example, time, samples + more);
    }
  }
}
