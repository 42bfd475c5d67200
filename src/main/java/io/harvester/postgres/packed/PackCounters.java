// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.util.concurrent.atomic.LongAdder;

/** What packing has done in this process, and what it has still to do. */
public final class PackCounters {
  /** Those of a tier that packs nothing. */
  public static final PackCounters NONE = new PackCounters();

  private final LongAdder samples = new LongAdder();
  private final LongAdder chunks = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder yields = new LongAdder();
  private volatile double lagSeconds;

  void packed(long more, long tookNanos) {
    samples.add(more);
    nanos.add(tookNanos);
  }

  void dropped() {
    chunks.increment();
  }

  void yielded() {
    yields.increment();
  }

  void lag(double seconds) {
    lagSeconds = seconds;
  }

  /** The number of samples packed. */
  public long samples() {
    return samples.sum();
  }

  /** The number of chunks that were dropped because all their samples were packed. */
  public long chunks() {
    return chunks.sum();
  }

  /** The time that transactions took. */
  public double seconds() {
    return nanos.sum() / 1e9;
  }

  /** How often packing paused because the writers were busy. */
  public long yields() {
    return yields.sum();
  }

  /** For how many seconds the oldest samples that are due to be packed have been due. */
  public double lagSeconds() {
    return lagSeconds;
  }
}
