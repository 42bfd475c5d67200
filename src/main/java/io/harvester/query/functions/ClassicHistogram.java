// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.functions.HistogramFunctions.Question;
import io.harvester.query.histogram.ClassicBuckets;
import io.harvester.query.promql.Position;
import io.harvester.query.text.GoText;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The bucket series of one classic histogram. */
final class ClassicHistogram {
  /** A series with its bound. */
  private record Bucket(double bound, double[] counts) {}

  private final Labels labels;
  private final List<Bucket> buckets = new ArrayList<>();
  private boolean[] excluded;

  /** Takes the labels of all its series but {@code le}. */
  ClassicHistogram(Labels labels) {
    this.labels = labels;
  }

  void add(double bound, Column column) {
    buckets.add(new Bucket(bound, column.values()));
  }

  boolean hasBuckets(int step) {
    for (Bucket bucket : buckets) {
      if (!Column.isAbsent(bucket.counts()[step])) {
        return true;
      }
    }
    return false;
  }

  /** Leaves a step out. */
  void exclude(int step) {
    if (excluded == null) {
      excluded = new boolean[buckets.get(0).counts().length];
    }
    excluded[step] = true;
  }

  /** The answer for all steps; null if there is none. */
  Column apply(Question question, Grid grid, Naming naming, Notes notes, Position position) {
    buckets.sort(Comparator.comparingDouble(Bucket::bound));
    double[] values = Column.absent(grid.count());
    ClassicBuckets present = new ClassicBuckets();
    boolean any = false;
    boolean named = true;
    for (int step = 0; step < values.length; step++) {
      if (excluded != null && excluded[step]) {
        named = true;
        continue;
      }
      present.clear();
      for (Bucket bucket : buckets) {
        if (!Column.isAbsent(bucket.counts()[step])) {
          present.add(bucket.bound(), bucket.counts()[step]);
        }
      }
      if (present.size() == 0) {
        continue;
      }
      any = true;
      if (question instanceof Question.Quantile quantile) {
        values[step] = present.quantile(quantile.quantiles()[step]);
        if (present.forcedMonotonic()) {
          noteForced(notes, named ? labels.metricName() : "", position);
        }
      } else if (question instanceof Question.Fraction fraction) {
        values[step] = present.fraction(fraction.lower()[step], fraction.upper()[step]);
      }
      // Prometheus forgets the name once it has dropped it, and says "" from then on
      named = naming == Naming.AT_THE_END;
    }
    return any ? new Column(naming.drop(labels), true, values, null) : null;
  }

  private static void noteForced(Notes notes, String metric, Position position) {
    notes.info(
        "input to histogram_quantile needed to be fixed for monotonicity (see"
            + " https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
            + " for metric name "
            + GoText.quote(metric),
        position);
  }
}
