// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.SelectedSeries.Rolling;
import io.harvester.query.functions.Grid;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.rollup.RollupUse;
import io.harvester.read.Matcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The selectors of an expression and the time for which each needs samples. Equal selectors share
 * their series unless their times are far apart.
 */
final class SelectorWindows {
  private final long start;
  private final long end;
  private final long lookback;
  private final long samplesSince;
  private final IdentityHashMap<VectorSelector, SelectedSeries> windows = new IdentityHashMap<>();
  private final List<VectorSelector> selectors = new ArrayList<>();
  private final List<SelectedSeries> distinct = new ArrayList<>();

  /**
   * Finds the selectors of an expression.
   *
   * @param samplesSince before this time rollups stand for samples, ms since the epoch
   */
  SelectorWindows(Expr expr, Grid grid, long end, long lookback, long samplesSince) {
    this.samplesSince = samplesSince;
    this.start = grid.start();
    this.end = end;
    this.lookback = lookback;
    visit(expr, start, grid.count() == 0 ? start : grid.end());
    share();
  }

  /** What has to be read. */
  List<SelectedSeries> distinct() {
    return distinct;
  }

  /** The series of a selector. */
  SelectedSeries of(VectorSelector selector) {
    return windows.get(selector);
  }

  private void visit(Expr expr, long from, long to) {
    if (expr instanceof VectorSelector selector) {
      add(selector, RollupUse.LAST, lookback, from, to);
    } else if (expr instanceof MatrixSelector matrix) {
      add(matrix.selector(), RollupUse.LAST, Expressions.length(matrix.range()), from, to);
    } else if (expr instanceof Subquery subquery) {
      long offset = Expressions.offset(subquery.modifier());
      long length = Expressions.length(subquery.range());
      long first = fixed(subquery.modifier(), from) - offset;
      visit(subquery.expr(), minus(first, length), fixed(subquery.modifier(), to) - offset);
    } else if (expr instanceof Aggregation aggregation) {
      visit(aggregation.expr(), from, to);
      aggregation.parameter().ifPresent(parameter -> visit(parameter, from, to));
    } else if (expr instanceof Binary binary) {
      visit(binary.left(), from, to);
      visit(binary.right(), from, to);
    } else if (expr instanceof Call call) {
      boolean info = call.function().name().equals("info");
      for (Expr argument : info ? call.arguments().subList(0, 1) : call.arguments()) {
        if (Expressions.unwrap(argument) instanceof MatrixSelector matrix) {
          RollupUse use = RollupUse.of(call.function().name());
          add(matrix.selector(), use, Expressions.length(matrix.range()), from, to);
        } else {
          visit(argument, from, to);
        }
      }
    } else if (expr instanceof Paren paren) {
      visit(paren.expr(), from, to);
    } else if (expr instanceof Unary unary) {
      visit(unary.expr(), from, to);
    }
  }

  private void add(VectorSelector selector, RollupUse use, long length, long from, long to) {
    long offset = Expressions.offset(selector.modifier());
    long first = fixed(selector.modifier(), from) - offset;
    // in the parameter of an aggregation, a fixed time moves with the steps
    long last = selector.modifier().at().isPresent() ? first + (to - from) : to - offset;
    SelectedSeries needed =
        new SelectedSeries(
            selector.matchers(),
            new Rolling(use, length, selector.position()),
            minus(first, length) + 1,
            last);
    SelectedSeries known = windows.putIfAbsent(selector, needed);
    if (known == null) {
      selectors.add(selector);
    } else {
      known.include(needed);
    }
  }

  /** The time of {@code @}, or the given time. */
  long fixed(Modifier modifier, long time) {
    if (modifier.at().isEmpty()) {
      return time;
    }
    Modifier.At at = modifier.at().get();
    if (at instanceof Modifier.At.Time fixed) {
      return fixed.millis();
    }
    return at instanceof Modifier.At.Start ? start : end;
  }

  /** Samples that stand for rollups serve one use only. */
  private boolean serves(SelectedSeries known, SelectedSeries needed) {
    return needed.isNear(known)
        && (Math.min(known.from(), needed.from()) > samplesSince
            || known.rolling().fits(needed.rolling()));
  }

  private static long minus(long time, long length) {
    return time < Long.MIN_VALUE + length ? Long.MIN_VALUE : time - length;
  }

  private void share() {
    Map<List<String>, List<SelectedSeries>> bySelector = new HashMap<>();
    for (VectorSelector selector : selectors) {
      List<String> key =
          selector.matchers().stream().map(Matcher::toString).distinct().sorted().toList();
      List<SelectedSeries> known = bySelector.computeIfAbsent(key, none -> new ArrayList<>());
      SelectedSeries needed = windows.get(selector);
      SelectedSeries near =
          known.stream().filter(other -> serves(other, needed)).findFirst().orElse(null);
      if (near == null) {
        known.add(needed);
        distinct.add(needed);
      } else {
        near.include(needed);
        windows.put(selector, near);
      }
    }
  }
}
