// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

/**
 * What became of the data points of one kind, as counts: of a request, or of its share in one
 * transaction. Not thread-safe.
 */
public final class Outcomes {
  /** Committed by this request. */
  public long stored;

  /** Stored already with the same value. */
  public long duplicates;

  /** Refused: stored already with another value. */
  public long conflicts;

  /** Not stored; a retry may succeed. */
  public long failed;

  /** Adds the counts of another share. */
  public void add(Outcomes other) {
    stored += other.stored;
    duplicates += other.duplicates;
    conflicts += other.conflicts;
    failed += other.failed;
  }

  /** Counts everything as failed: a commit that it depends on may be undone. */
  public void fail() {
    failed += stored + duplicates + conflicts;
    stored = 0;
    duplicates = 0;
    conflicts = 0;
  }

  /** Data points that are durable, including those that an earlier request stored. */
  public long written() {
    return stored + duplicates;
  }
}
