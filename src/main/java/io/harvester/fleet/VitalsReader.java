// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

import io.harvester.query.engine.QueryEngine;
import io.harvester.query.engine.QueryException;
import io.harvester.query.engine.QueryOptions;
import io.harvester.query.parser.PromqlParser;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.value.Labels;
import io.harvester.query.value.QueryResult;
import io.harvester.query.value.ResultSeries;
import io.harvester.query.value.VectorSample;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Computes {@link Vitals} by queries. Sparklines are continued: an hour is read only once. */
final class VitalsReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String MOUNT = "mountpoint";

  private final QueryEngine engine;
  private final String nodeLabel;
  private final QueryOptions options;

  VitalsReader(QueryEngine engine, String nodeLabel) {
    this.engine = engine;
    this.nodeLabel = nodeLabel;
    this.options = new QueryOptions(QueryOptions.DEFAULT_LOOKBACK, List.of(), () -> false, TIMEOUT);
  }

  /** Computes; a query that fails leaves out its numbers only. */
  Vitals read(Vitals before, long now) {
    long last = now - now % Vitals.STEP_MILLIS;
    long hour = last - (Vitals.POINTS - 1) * Vitals.STEP_MILLIS;
    // The newest point is read again: samples may have come late.
    long from = Math.max(hour, before.last());
    Map<Vital, Map<String, Double>> values = new EnumMap<>(Vital.class);
    Map<Vital, Map<String, float[]>> history = before.shifted(last);
    Map<String, String> mounts = new HashMap<>();
    boolean isDue = last > before.last() || !before.problem().isEmpty();
    String problem = "";
    for (Vital vital : Vital.values()) {
      try {
        if (vital.isSteady() && !isDue && before.values().containsKey(vital)) {
          values.put(vital, before.values().get(vital));
        } else if (!vital.now("").isEmpty()) {
          values.put(vital, newest(vital, now, mounts));
        }
        if (!vital.overTime("").isEmpty() && isDue) {
          boolean isWhole = !history.containsKey(vital);
          continueLine(
              vital,
              isWhole ? hour : from,
              last,
              history.computeIfAbsent(vital, v -> new HashMap<>()));
        }
      } catch (QueryException e) {
        history.remove(vital); // read anew next time
        problem = e.getMessage();
      }
    }
    return new Vitals(before.version() + 1, now, last, values, mounts, history, problem);
  }

  private Map<String, Double> newest(Vital vital, long now, Map<String, String> mounts)
      throws QueryException {
    Map<String, Double> byNode = new HashMap<>();
    QueryResult result = engine.instant(expression(vital.now(label())), now, options).result();
    for (VectorSample sample : ((QueryResult.Vector) result).samples()) {
      String node = sample.labels().value(nodeLabel);
      byNode.put(node, sample.value());
      if (vital == Vital.DISK) {
        mounts.put(node, sample.labels().value(MOUNT));
      }
    }
    return byNode;
  }

  private void continueLine(Vital vital, long from, long last, Map<String, float[]> lines)
      throws QueryException {
    Expr expr = expression(vital.overTime(label()));
    QueryResult result = engine.range(expr, from, last, Vitals.STEP_MILLIS, options).result();
    for (ResultSeries series : ((QueryResult.Matrix) result).series()) {
      float[] points =
          lines.computeIfAbsent(series.labels().value(nodeLabel), node -> Vitals.noPoints());
      for (int i = 0; i < series.times().length; i++) {
        long back = (last - series.times()[i]) / Vitals.STEP_MILLIS;
        points[Vitals.POINTS - 1 - (int) back] = (float) series.values()[i];
      }
    }
  }

  /** As an expression names it. */
  private String label() {
    return Labels.isPlainName(nodeLabel) ? nodeLabel : '"' + nodeLabel + '"';
  }

  private static Expr expression(String text) {
    try {
      return PromqlParser.parse(text, false);
    } catch (PromqlException e) {
      throw new IllegalStateException(text, e); // a constant, and a label name that is valid
    }
  }
}
