package io.harvester.postgres.catalog;

import io.harvester.storage.SampleBatch;
import java.util.HashSet;
import java.util.Set;

/**
 * Series that have histograms or exemplars: their metrics need views. Gathered after commits, taken
 * now and then; a series that was taken is not gathered again.
 */
public final class PendingViews {
  private static final int MAX_REMEMBERED = 1_000_000;

  private final Set<Long> knownHistograms = new HashSet<>();
  private final Set<Long> knownExemplars = new HashSet<>();
  private Set<Long> newHistograms = new HashSet<>();
  private Set<Long> newExemplars = new HashSet<>();

  /** Series by what they have. */
  record Marks(Set<Long> histograms, Set<Long> exemplars) {
    boolean isEmpty() {
      return histograms.isEmpty() && exemplars.isEmpty();
    }
  }

  /** These rows are committed. */
  public void stored(SampleBatch rows) {
    if (rows.histograms().size() + rows.exemplars().size() > 0) {
      add(rows);
    }
  }

  private synchronized void add(SampleBatch rows) {
    if (knownHistograms.size() + knownExemplars.size() > MAX_REMEMBERED) {
      forget();
    }
    for (int i = 0; i < rows.histograms().size(); i++) {
      Long series = rows.histograms().get(i).seriesId();
      if (knownHistograms.add(series)) {
        newHistograms.add(series);
      }
    }
    for (int i = 0; i < rows.exemplars().size(); i++) {
      Long series = rows.exemplars().get(i).seriesId();
      if (knownExemplars.add(series)) {
        newExemplars.add(series);
      }
    }
  }

  /** What has gathered since the last call. */
  synchronized Marks take() {
    Marks marks = new Marks(newHistograms, newExemplars);
    if (!marks.isEmpty()) {
      newHistograms = new HashSet<>();
      newExemplars = new HashSet<>();
    }
    return marks;
  }

  /** Gathers everything again: what was taken got lost, or the database is another one. */
  public synchronized void forget() {
    knownHistograms.clear();
    knownExemplars.clear();
  }
}
