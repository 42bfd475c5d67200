package io.harvester.storage;

import java.util.ArrayList;
import java.util.List;

/** What one transaction stores beside float samples. Usually nothing. */
public final class ExtraRows {
  private final InsertBatch<HistogramRow> histograms = new InsertBatch<>();
  private final InsertBatch<ExemplarRow> exemplars = new InsertBatch<>();
  private final List<StartRow> starts = new ArrayList<>();

  void clear() {
    histograms.clear();
    exemplars.clear();
    starts.clear();
  }

  public void add(ExtraRow row, Outcomes countedIn) {
    if (row instanceof HistogramRow histogram) {
      histograms.add(histogram, countedIn);
    } else if (row instanceof ExemplarRow exemplar) {
      exemplars.add(exemplar, countedIn);
    }
  }

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return histograms.size() == 0 && exemplars.size() == 0 && starts.isEmpty();
  }

  /** Native histograms. */
  public InsertBatch<HistogramRow> histograms() {
    return histograms;
  }

  /** Exemplars. */
  public InsertBatch<ExemplarRow> exemplars() {
    return exemplars;
  }

  /** Starts of series that this writer has not stored yet; may be stored all the same. */
  public List<StartRow> starts() {
    return starts;
  }
}
