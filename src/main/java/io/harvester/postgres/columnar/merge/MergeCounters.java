// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import java.util.concurrent.atomic.LongAdder;

/** What the merge of open chunks has done in this process, and what it has still to do. */
public final class MergeCounters {
  /** Those of a tier without open chunks. */
  public static final MergeCounters NONE = new MergeCounters();

  private final LongAdder rounds = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder yields = new LongAdder();
  private volatile long backlogRows;

  void round(long tookNanos, long leftRows) {
    rounds.increment();
    nanos.add(tookNanos);
    backlogRows = leftRows;
  }

  void merged(long more) {
    rows.add(more);
  }

  void yielded() {
    yields.increment();
  }

  /** The number of rounds. */
  public long rounds() {
    return rounds.sum();
  }

  /** The number of samples that were merged. */
  public long rows() {
    return rows.sum();
  }

  /** The time that rounds took. */
  public double seconds() {
    return nanos.sum() / 1e9;
  }

  /** The number of rounds that ended early because the writers were busy. */
  public long yields() {
    return yields.sum();
  }

  /** The number of samples in finished windows that the last round left in small batches. */
  public long backlogRows() {
    return backlogRows;
  }
}
