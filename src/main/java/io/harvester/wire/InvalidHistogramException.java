package io.harvester.wire;

/** A native histogram whose parts disagree: it can never be stored, the rest of its request can. */
public final class InvalidHistogramException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final long time;

  InvalidHistogramException(String reason, String detail, long time) {
    super("invalid native histogram: " + reason + detail);
    this.reason = "invalid native histogram: " + reason;
    this.time = time;
  }

  /** The broken rule; the same words for the same rule. */
  public String reason() {
    return reason;
  }

  /** The histogram's timestamp as sent, ms since the epoch; 0 if it could not be read. */
  public long time() {
    return time;
  }
}
