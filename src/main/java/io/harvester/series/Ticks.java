// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/** A clock of few bits, moved on now and then, that tells how long ago something was used. */
final class Ticks {
  /** The bits that count. */
  static final int MASK = 0xFF;

  /** The oldest age that is told apart. */
  static final int OLDEST = 127;

  private volatile int now = 1;

  /** The present tick, within {@link #MASK}. */
  int now() {
    return now;
  }

  /** Moves on. Called by one thread. */
  void advance() {
    now = (now + 1) & MASK;
  }

  /** How many ticks ago that was. */
  int since(int tick) {
    return (now - tick) & MASK;
  }

  /** The tick of so long ago. */
  int ago(int age) {
    return (now - age) & MASK;
  }
}
