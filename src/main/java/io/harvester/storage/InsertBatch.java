package io.harvester.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a kind that comes in small numbers, an object each: to be inserted unless they are there.
 * Whoever inserts them settles what became of each.
 */
public final class InsertBatch<T> {
  private final List<T> rows = new ArrayList<>();
  private final List<Outcomes> tallies = new ArrayList<>();

  /** What was found where a row belongs. */
  public enum Verdict {
    /** Nothing: the row is stored now. */
    STORED,
    /** The same row. */
    DUPLICATE,
    /** Another row, which stays. */
    CONFLICT
  }

  void clear() {
    rows.clear();
    tallies.clear();
  }

  void add(T row, Outcomes countedIn) {
    rows.add(row);
    tallies.add(countedIn);
  }

  /** Number of rows. */
  public int size() {
    return rows.size();
  }

  /** One row. */
  public T get(int i) {
    return rows.get(i);
  }

  /** Counts what became of a row; called once for each. */
  public void settle(int i, Verdict verdict) {
    Outcomes tally = tallies.get(i);
    switch (verdict) {
      case STORED -> tally.stored++;
      case DUPLICATE -> tally.duplicates++;
      case CONFLICT -> tally.conflicts++;
    }
  }
}
