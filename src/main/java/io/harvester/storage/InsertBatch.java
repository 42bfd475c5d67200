// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows to insert unless they are stored already. The code that inserts them calls {@link #settle}
 * once for each.
 */
public final class InsertBatch<T> {
  private final List<T> rows = new ArrayList<>();
  private final List<Outcomes> outcomes = new ArrayList<>();

  /** What became of a row. */
  public enum Outcome {
    /** No row with its key was stored: it is inserted. */
    STORED,
    /** The same row is stored already. */
    DUPLICATE,
    /** Another row with its key is stored, and is kept. */
    CONFLICT
  }

  void clear() {
    rows.clear();
    outcomes.clear();
  }

  void add(T row, Outcomes countedIn) {
    rows.add(row);
    outcomes.add(countedIn);
  }

  /** Number of rows. */
  public int size() {
    return rows.size();
  }

  /** One row. */
  public T get(int i) {
    return rows.get(i);
  }

  /** Counts what became of a row. */
  public void settle(int i, Outcome outcome) {
    Outcomes counts = outcomes.get(i);
    switch (outcome) {
      case STORED -> counts.stored++;
      case DUPLICATE -> counts.duplicates++;
      case CONFLICT -> counts.conflicts++;
    }
  }
}
