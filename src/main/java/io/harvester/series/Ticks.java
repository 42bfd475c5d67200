// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/** A clock of eight bits that is advanced every few minutes, to tell how long ago a lookup was. */
final class Ticks {
  /** The bits that count. */
  static final int MASK = 0xFF;

  /** The oldest age that is distinguished. */
  static final int OLDEST = 127;

  private volatile int now = 1;

  /** The present tick, within {@link #MASK}. */
  int now() {
    return now;
  }

  /** Advances by a tick. Called by one thread at a time. */
  void advance() {
    now = (now + 1) & MASK;
  }

  /** Age of a tick. */
  int since(int tick) {
    return (now - tick) & MASK;
  }

  /** The tick that has that age. */
  int ago(int age) {
    return (now - age) & MASK;
  }
}
