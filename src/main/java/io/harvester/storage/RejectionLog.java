package io.harvester.storage;

/** Keeps what was refused where an operator finds it; never holds up the answer. */
@FunctionalInterface
public interface RejectionLog {
  /** Takes one rejection; may drop it under pressure. */
  void report(Rejection rejection);

  /**
   * What was refused of one request.
   *
   * @param node whose samples
   * @param metric metric name, as far as readable
   * @param reason why, the same words for the same cause
   * @param example one offender in words
   * @param time the example's timestamp as sent, ms since the epoch
   * @param samples how many
   */
  record Rejection(
      String node, String metric, String reason, String example, long time, long samples) {
    public Rejection plus(long more) {
      return new Rejection(node, metric, reason, example, time, samples + more);
    }
  }
}
