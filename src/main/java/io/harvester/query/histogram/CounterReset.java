// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** What a histogram says about a counter reset; the order is that of the remote write protocol. */
public enum CounterReset {
  /** It says nothing. The buckets have to be compared. */
  UNKNOWN("unknown"),
  /** Counting started anew with this histogram. */
  RESET("reset"),
  /** Counting went on. */
  NO_RESET("not_reset"),
  /** A gauge, which has no resets. */
  GAUGE("gauge");

  private static final CounterReset[] BY_CODE = values();

  private final String word;

  CounterReset(String word) {
    this.word = word;
  }

  static CounterReset of(int code) {
    return BY_CODE[code];
  }

  /** The word that stands for it in a histogram's notation. */
  public String word() {
    return word;
  }

  /** Whether one histogram says that there was a reset and the other one that there was none. */
  public boolean collidesWith(CounterReset other) {
    return (this == RESET && other == NO_RESET) || (this == NO_RESET && other == RESET);
  }

  /** The hint of the sum of two histograms. Unequal hints give a gauge if one is a gauge. */
  public CounterReset plus(CounterReset other) {
    if (this == other) {
      return this;
    }
    return this == GAUGE || other == GAUGE ? GAUGE : UNKNOWN;
  }
}
