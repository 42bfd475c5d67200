// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import static io.harvester.query.promql.ValueType.MATRIX;
import static io.harvester.query.promql.ValueType.SCALAR;
import static io.harvester.query.promql.ValueType.STRING;
import static io.harvester.query.promql.ValueType.VECTOR;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The functions of Prometheus 3.5 and their signatures. */
public final class Functions {
  private static final Map<String, Function> ALL = new TreeMap<>();

  static {
    of(
        VECTOR,
        List.of(VECTOR),
        "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp");
    of(VECTOR, List.of(VECTOR), "floor histogram_avg histogram_count histogram_sum");
    of(VECTOR, List.of(VECTOR), "histogram_stddev histogram_stdvar ln log10 log2 rad sgn sin sinh");
    of(VECTOR, List.of(VECTOR), "sort sort_desc sqrt tan tanh timestamp");
    of(VECTOR, List.of(MATRIX), "absent_over_time avg_over_time changes count_over_time delta");
    of(VECTOR, List.of(MATRIX), "deriv idelta increase irate last_over_time max_over_time");
    of(VECTOR, List.of(MATRIX), "min_over_time present_over_time rate resets stddev_over_time");
    of(VECTOR, List.of(MATRIX), "stdvar_over_time sum_over_time");
    of(VECTOR, List.of(VECTOR, SCALAR), "clamp_max clamp_min");
    of(VECTOR, List.of(VECTOR, SCALAR, SCALAR), "clamp");
    of(VECTOR, List.of(SCALAR, VECTOR), "histogram_quantile");
    of(VECTOR, List.of(SCALAR, SCALAR, VECTOR), "histogram_fraction");
    of(VECTOR, List.of(VECTOR, STRING, STRING, STRING, STRING), "label_replace");
    of(VECTOR, List.of(MATRIX, SCALAR), "predict_linear");
    of(VECTOR, List.of(SCALAR, MATRIX), "quantile_over_time");
    of(VECTOR, List.of(SCALAR), "vector");
    of(SCALAR, List.of(VECTOR), "scalar");
    of(SCALAR, List.of(), "pi time");
    variadic(1, List.of(VECTOR), "day_of_month day_of_week day_of_year days_in_month hour minute");
    variadic(1, List.of(VECTOR), "month year");
    variadic(1, List.of(VECTOR, SCALAR), "round");
    variadic(-1, List.of(VECTOR, STRING, STRING, STRING), "label_join");
    experimental(0, List.of(MATRIX), "mad_over_time ts_of_last_over_time ts_of_max_over_time");
    experimental(0, List.of(MATRIX), "ts_of_min_over_time");
    experimental(0, List.of(MATRIX, SCALAR, SCALAR), "double_exponential_smoothing");
    experimental(1, List.of(VECTOR, VECTOR), "info");
    experimental(-1, List.of(VECTOR, STRING), "sort_by_label sort_by_label_desc");
  }

  private Functions() {}

  /** The function of a name. */
  public static Optional<Function> of(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /** All functions, by name. */
  public static Collection<Function> all() {
    return Collections.unmodifiableCollection(ALL.values());
  }

  private static void of(ValueType result, List<ValueType> arguments, String names) {
    add(names, arguments, 0, result, false);
  }

  private static void variadic(int variadic, List<ValueType> arguments, String names) {
    add(names, arguments, variadic, VECTOR, false);
  }

  private static void experimental(int variadic, List<ValueType> arguments, String names) {
    add(names, arguments, variadic, VECTOR, true);
  }

  private static void add(
      String names,
      List<ValueType> arguments,
      int variadic,
      ValueType result,
      boolean experimental) {
    Arrays.stream(names.split(" "))
        .forEach(
            name -> ALL.put(name, new Function(name, arguments, variadic, result, experimental)));
  }
}
