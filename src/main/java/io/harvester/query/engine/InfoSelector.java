// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.functions.Grid;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.rollup.RollupUse;
import io.harvester.query.value.Labels;
import io.harvester.read.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which info series a call of {@code info} takes into account, and which of their labels. */
final class InfoSelector {
  /** The labels that identify what an info series is about. */
  static final List<String> IDENTIFYING = List.of("instance", "job");

  /** Stands for no labels: the series is left out. */
  static final Labels DROPPED = Labels.of("dropped", "dropped");

  private static final Matcher TARGET_INFO =
      Matcher.of(Matcher.Type.EQUAL, Labels.METRIC_NAME, "target_info");

  private final Expr base;
  private final boolean explicit;
  private final List<Matcher> names;
  private List<Matcher> data;

  private InfoSelector(Expr base, boolean explicit, List<Matcher> names, List<Matcher> data) {
    this.base = base;
    this.explicit = explicit;
    this.names = names;
    this.data = data;
  }

  static InfoSelector of(Call call) {
    Expr base = call.arguments().get(0);
    if (call.arguments().size() < 2) {
      return new InfoSelector(base, false, List.of(TARGET_INFO), List.of());
    }
    VectorSelector selector = (VectorSelector) Expressions.unwrap(call.arguments().get(1));
    return new InfoSelector(
        base,
        true,
        selector.matchers().stream().filter(InfoSelector::isName).toList(),
        selector.matchers());
  }

  private static boolean isName(Matcher matcher) {
    return matcher.name().equals(Labels.METRIC_NAME);
  }

  /** Whether a series is one of the info series itself. */
  boolean isInfo(Labels labels) {
    return names.stream().anyMatch(matcher -> matcher.matches(labels.metricName()));
  }

  /** What is to be read for series; null: nothing. */
  SelectedSeries select(List<Column> series, SelectorWindows windows, Grid grid, long lookback) {
    List<Matcher> matchers = new ArrayList<>();
    for (String label : IDENTIFYING) {
      Set<String> values = new TreeSet<>();
      series.forEach(column -> values.add(column.labels().value(label)));
      values.remove("");
      if (!values.isEmpty()) {
        List<String> quoted = values.stream().map(InfoSelector::quote).toList();
        matchers.add(Matcher.of(Matcher.Type.REGEX, label, String.join("|", quoted)));
      }
    }
    if (matchers.isEmpty()) {
      return null;
    }
    matchers.addAll(data);
    if (!explicit || names.isEmpty()) {
      matchers.add(TARGET_INFO);
    }
    data = data.stream().filter(matcher -> !isName(matcher)).toList();
    VectorSelector selector = firstSelector(base);
    long start = grid.start();
    long end = grid.end();
    long offset = 0;
    if (selector != null) {
      start = windows.fixed(selector.modifier(), start);
      end = windows.fixed(selector.modifier(), end);
      offset = Expressions.offset(selector.modifier());
    }
    return new SelectedSeries(
        matchers,
        new SelectedSeries.Rolling(RollupUse.LAST, lookback, new Position(0, 0)),
        start - lookback + 1 - offset,
        end - offset);
  }

  /** Regular expressions need a backslash before special characters. */
  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\.+*?()|[]{}^$".indexOf(c) >= 0) {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.toString();
  }

  /** The labels of a series with those of its info series; {@link #DROPPED} if it has none. */
  Labels enrich(Labels labels, List<Column> infos) {
    Labels.Builder added = Labels.EMPTY.change();
    for (Column info : infos) {
      Labels own = info.labels();
      for (int i = 0; i < own.size(); i++) {
        String name = own.name(i);
        boolean wanted = data.isEmpty() || data.stream().anyMatch(m -> m.name().equals(name));
        if (name.equals(Labels.METRIC_NAME) || !wanted) {
          continue;
        }
        String known = added.value(name);
        if (!known.isEmpty() && !known.equals(own.value(i))) {
          throw new EvaluationException("conflicting label: " + name);
        }
        if (labels.value(name).isEmpty()) {
          added.set(name, own.value(i));
        }
      }
    }
    Labels additional = added.build();
    if (additional.size() == 0 && !data.stream().allMatch(matcher -> matcher.matches(""))) {
      return DROPPED;
    }
    Labels.Builder all = labels.change();
    for (int i = 0; i < additional.size(); i++) {
      all.set(additional.name(i), additional.value(i));
    }
    return all.build();
  }

  /** The first selector of an expression; null if there is none. */
  private static VectorSelector firstSelector(Expr expr) {
    if (expr instanceof VectorSelector selector) {
      return selector;
    } else if (expr instanceof MatrixSelector matrix) {
      return matrix.selector();
    }
    return children(expr)
        .map(InfoSelector::firstSelector)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static Stream<Expr> children(Expr expr) {
    if (expr instanceof Subquery subquery) {
      return Stream.of(subquery.expr());
    } else if (expr instanceof Aggregation aggregation) {
      return Stream.concat(Stream.of(aggregation.expr()), aggregation.parameter().stream());
    } else if (expr instanceof Binary binary) {
      return Stream.of(binary.left(), binary.right());
    } else if (expr instanceof Call call) {
      return call.arguments().stream();
    } else if (expr instanceof Paren paren) {
      return Stream.of(paren.expr());
    } else if (expr instanceof Unary unary) {
      return Stream.of(unary.expr());
    }
    return Stream.of();
  }
}
