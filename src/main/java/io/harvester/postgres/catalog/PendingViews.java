// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import io.harvester.storage.SampleBatch;
import java.util.HashSet;
import java.util.Set;

/**
 * The series whose metrics may need a view of histograms or exemplars. Writers add series after
 * their commits; the maintenance takes them. A series that was taken is not added again.
 */
public final class PendingViews {
  private static final int MAX_KNOWN = 1_000_000;

  private final Set<Long> knownHistograms = new HashSet<>();
  private final Set<Long> knownExemplars = new HashSet<>();
  private Set<Long> newHistograms = new HashSet<>();
  private Set<Long> newExemplars = new HashSet<>();

  /** Ids of series that have histograms, and of series that have exemplars. */
  record Series(Set<Long> histograms, Set<Long> exemplars) {
    boolean isEmpty() {
      return histograms.isEmpty() && exemplars.isEmpty();
    }
  }

  /** Adds the series of committed histograms and exemplars. */
  public void stored(SampleBatch rows) {
    if (rows.histograms().size() + rows.exemplars().size() > 0) {
      add(rows);
    }
  }

  private synchronized void add(SampleBatch rows) {
    if (knownHistograms.size() + knownExemplars.size() > MAX_KNOWN) {
      forget();
    }
    for (int i = 0; i < rows.histograms().size(); i++) {
      Long id = rows.histograms().get(i).seriesId();
      if (knownHistograms.add(id)) {
        newHistograms.add(id);
      }
    }
    for (int i = 0; i < rows.exemplars().size(); i++) {
      Long id = rows.exemplars().get(i).seriesId();
      if (knownExemplars.add(id)) {
        newExemplars.add(id);
      }
    }
  }

  /** Takes the series that were added since the last call. */
  synchronized Series take() {
    Series series = new Series(newHistograms, newExemplars);
    if (!series.isEmpty()) {
      newHistograms = new HashSet<>();
      newExemplars = new HashSet<>();
    }
    return series;
  }

  /**
   * Forgets which series were taken, so that they are added again: their views could not be
   * requested, or the database is another one.
   */
  public synchronized void forget() {
    knownHistograms.clear();
    knownExemplars.clear();
  }
}
