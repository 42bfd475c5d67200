// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.promql.Call;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code info}: adds labels of info series with the same job and instance. */
final class InfoJoin {
  private final Evaluator evaluator;
  private final Evaluator.Context context;

  InfoJoin(Evaluator evaluator, Evaluator.Context context) {
    this.evaluator = evaluator;
    this.context = context;
  }

  /** The value of a call. */
  List<Column> eval(Call call, Grid grid) {
    List<Column> bases = evaluator.vector(call.arguments().get(0), grid);
    InfoSelector selector = InfoSelector.of(call);
    List<Column> enriched = bases.stream().filter(base -> !selector.isInfo(base.labels())).toList();
    List<Column> infos = List.of();
    SelectedSeries selected =
        selector.select(enriched, context.windows(), grid, context.lookback());
    if (selected != null) {
      context.collector().read(selected);
      selected.series().forEach(InfoJoin::refuseHistograms);
      infos = evaluator.newest(selected.series(), grid, 0, true);
    }
    return new Join(bases, infos, selector, grid).run();
  }

  private static void refuseHistograms(Samples samples) {
    if (samples.histograms().length > 0) {
      throw new EvaluationException(
          "this should be an info metric, with float samples: " + samples.labels());
    }
  }

  /** The samples of a result. */
  private record Target(double[] values, FloatHistogram[] histograms) {}

  private static final class Join {
    private final List<Column> bases;
    private final List<Column> infos;
    private final InfoSelector selector;
    private final Grid grid;
    private final Set<String> names = new TreeSet<>();
    private final List<Labels> infoKeys = new ArrayList<>();
    private final Map<Labels, Target> targets = new LinkedHashMap<>();

    Join(List<Column> bases, List<Column> infos, InfoSelector selector, Grid grid) {
      this.bases = bases;
      this.infos = infos;
      this.selector = selector;
      this.grid = grid;
      for (Column info : infos) {
        names.add(info.labels().metricName());
        infoKeys.add(key(info.labels(), info.labels().metricName()));
      }
    }

    /** What must be equal in a series and an info series. */
    private static Labels key(Labels labels, String infoName) {
      return labels
          .only(InfoSelector.IDENTIFYING)
          .change()
          .set(Labels.METRIC_NAME, infoName)
          .build();
    }

    List<Column> run() {
      List<Map<Labels, Column>> newest = new ArrayList<>();
      for (int step = 0; step < grid.count(); step++) {
        newest.add(newest(step));
      }
      for (Column base : bases) {
        join(base, newest);
      }
      List<Column> result = new ArrayList<>();
      targets.forEach(
          (labels, target) ->
              result.add(new Column(labels, false, target.values(), target.histograms())));
      return result;
    }

    /** The info series by their keys; of several with one key, the one with the newest sample. */
    private Map<Labels, Column> newest(int step) {
      Map<Labels, Column> newest = new HashMap<>();
      for (int i = 0; i < infos.size(); i++) {
        Column info = infos.get(i);
        if (!info.isPresent(step)) {
          continue;
        }
        Column other = newest.putIfAbsent(infoKeys.get(i), info);
        if (other != null) {
          double difference = info.values()[step] - other.values()[step];
          if (difference == 0) {
            throw new EvaluationException(
                "found duplicate series for info metric " + info.labels().metricName());
          } else if (difference > 0) {
            newest.put(infoKeys.get(i), info);
          }
        }
      }
      return newest;
    }

    private void join(Column base, List<Map<Labels, Column>> newest) {
      boolean isInfo = selector.isInfo(base.labels());
      List<Labels> keys = names.stream().map(name -> key(base.labels(), name)).toList();
      Map<List<Column>, Labels> known = new HashMap<>();
      for (int step = 0; step < grid.count(); step++) {
        if (!base.isPresent(step)) {
          continue;
        }
        Labels labels = base.labels();
        if (!isInfo) {
          Map<Labels, Column> atStep = newest.get(step);
          List<Column> partners =
              keys.stream().map(atStep::get).filter(partner -> partner != null).toList();
          labels = known.computeIfAbsent(partners, found -> selector.enrich(base.labels(), found));
        }
        if (!labels.equals(InfoSelector.DROPPED)) {
          put(labels, base, step);
        }
      }
    }

    private void put(Labels labels, Column base, int step) {
      Target target =
          targets.computeIfAbsent(
              labels,
              none -> new Target(Column.absent(grid.count()), new FloatHistogram[grid.count()]));
      if (!Column.isAbsent(target.values()[step]) || target.histograms()[step] != null) {
        throw new EvaluationException(EvaluationException.SAME_LABELS);
      }
      target.values()[step] = base.values()[step];
      target.histograms()[step] = base.histogram(step);
    }
  }
}
