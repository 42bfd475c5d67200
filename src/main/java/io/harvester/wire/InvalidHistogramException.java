// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** A native histogram is invalid. It is rejected; the rest of its request is stored. */
public final class InvalidHistogramException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final long time;

  InvalidHistogramException(String reason, String detail, long time) {
    super("invalid native histogram: " + reason + detail);
    this.reason = "invalid native histogram: " + reason;
    this.time = time;
  }

  /** The violated rule, without the values that violate it. */
  public String reason() {
    return reason;
  }

  /** The histogram's timestamp, ms since the epoch; 0: the histogram cannot be parsed. */
  public long time() {
    return time;
  }
}
