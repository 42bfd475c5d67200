package io.harvester.ingest;

import java.util.ArrayList;
import java.util.List;

/** What one transaction stores beside float samples. Usually nothing. */
public final class ExtraRows {
  private final FewRows<HistogramRow> histograms = new FewRows<>();
  private final FewRows<ExemplarRow> exemplars = new FewRows<>();
  private final List<StartRow> starts = new ArrayList<>();

  void clear() {
    histograms.clear();
    exemplars.clear();
    starts.clear();
  }

  void add(ExtraRow row, Tally countedIn) {
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
  public FewRows<HistogramRow> histograms() {
    return histograms;
  }

  /** Exemplars. */
  public FewRows<ExemplarRow> exemplars() {
    return exemplars;
  }

  /** Starts of series that this writer has not stored yet; may be stored all the same. */
  public List<StartRow> starts() {
    return starts;
  }
}
