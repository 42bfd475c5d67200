// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.it.GrafanaExpansion.Choice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Executes every query of a dashboard, for several choices of its variables. */
final class GrafanaQueries {
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), *(\\w+)\\)");

  private final GrafanaDashboard dashboard;
  private final GrafanaSources sources;
  private final Instant to;
  private final List<String> wrong = new ArrayList<>();
  private int executed;

  GrafanaQueries(GrafanaDashboard dashboard, GrafanaSources sources, Instant to) {
    this.dashboard = dashboard;
    this.sources = sources;
    this.to = to;
  }

  /** What failed or had no data. */
  List<String> wrong() {
    return wrong;
  }

  int executed() {
    return executed;
  }

  /**
   * Each value of the variables with one choice, with all values of the others; and the first two
   * of each variable with several.
   *
   * @param chosen the values that are tried; a silent machine has no present
   */
  void run(Predicate<String> chosen) throws Exception {
    choose(new TreeMap<>(), dashboard.variables(), true, chosen);
    if (dashboard.variables().stream().anyMatch(v -> v.getBoolean("multi", false))) {
      choose(new TreeMap<>(), dashboard.variables(), false, chosen);
    }
  }

  private void choose(
      Map<String, Choice> before, List<JsonObject> variables, boolean all, Predicate<String> chosen)
      throws Exception {
    GrafanaExpansion time = expansion(before);
    if (variables.isEmpty()) {
      execute(time);
      return;
    }
    JsonObject variable = variables.get(0);
    List<String> values = values(variable, time);
    if (values.isEmpty()) {
      fail(variable.getString("name"), time, "the variable has no values");
      return;
    }
    boolean several = variable.getBoolean("multi", false);
    List<Choice> choices =
        !several
            ? values.stream()
                .filter(chosen)
                .map(value -> new Choice(false, null, List.of(value)))
                .toList()
            : all
                ? List.of(new Choice(true, variable.getString("allValue"), values))
                : List.of(new Choice(true, null, values.subList(0, Math.min(2, values.size()))));
    for (Choice choice : choices) {
      Map<String, Choice> more = new TreeMap<>(before);
      more.put(variable.getString("name"), choice);
      choose(more, variables.subList(1, variables.size()), all, chosen);
    }
  }

  private GrafanaExpansion expansion(Map<String, Choice> chosen) {
    return new GrafanaExpansion(to.minusSeconds(dashboard.hours() * 3600L), to, chosen);
  }

  private List<String> values(JsonObject variable, GrafanaExpansion time) throws Exception {
    executed++;
    if (GrafanaDashboard.isSql(variable)) {
      return sources.sql(time.sql(variable.getString("query"))).stream()
          .map(row -> row.getString(row.fieldNames().iterator().next()))
          .toList();
    }
    String query = variable.getJsonObject("query").getString("query");
    Matcher values = LABEL_VALUES.matcher(time.promQl(query));
    if (!values.matches()) {
      throw new IllegalArgumentException(query);
    }
    return sources.labelValues(values.group(2), values.group(1), time);
  }

  private void execute(GrafanaExpansion time) {
    for (JsonObject annotation : dashboard.annotations()) {
      check(annotation.getString("name"), annotation.getJsonObject("target"), time);
    }
    for (JsonObject panel : dashboard.charts()) {
      for (JsonObject target : GrafanaDashboard.objects(panel, "targets")) {
        check(panel.getString("title"), target, time);
      }
    }
  }

  private void check(String title, JsonObject query, GrafanaExpansion time) {
    executed++;
    try {
      if (GrafanaDashboard.isSql(query)) {
        checkRows(title, query, time);
      } else {
        boolean instant = query.getBoolean("instant", false);
        JsonArray result = sources.promQl(time.promQl(query.getString("expr")), instant, time);
        if (!hasNumbers(result, instant)) {
          fail(title, time, "no data: " + time.promQl(query.getString("expr")));
        }
      }
    } catch (Exception | AssertionError e) {
      fail(title, time, e.getMessage());
    }
  }

  private static boolean hasNumbers(JsonArray result, boolean instant) {
    return result.stream()
        .map(JsonObject.class::cast)
        .map(series -> instant ? series.getJsonArray("value") : last(series.getJsonArray("values")))
        .anyMatch(point -> !point.getString(1).equals("NaN"));
  }

  private static JsonArray last(JsonArray points) {
    return points.getJsonArray(points.size() - 1);
  }

  private void checkRows(String title, JsonObject query, GrafanaExpansion time) throws Exception {
    List<JsonObject> rows = sources.sql(time.sql(query.getString("rawSql")));
    if (rows.isEmpty()) {
      fail(title, time, "no rows: " + time.sql(query.getString("rawSql")));
      return;
    }
    for (String column : rows.get(0).fieldNames()) {
      if (rows.stream().allMatch(row -> row.getValue(column) == null)
          && !column.equals("timeend")) {
        fail(title, time, "nothing in column " + column);
      }
    }
    if (query.getString("format").equals("time_series")) {
      List<String> times = rows.stream().map(row -> row.getValue("time").toString()).toList();
      if (!times.equals(times.stream().sorted().toList()) || times.get(0).equals(last(times))) {
        fail(title, time, "not ordered by time, or one point only");
      }
      if (rows.stream().noneMatch(row -> row.getValue("value") instanceof Number)) {
        fail(title, time, "no numbers");
      }
    }
  }

  private static String last(List<String> all) {
    return all.get(all.size() - 1);
  }

  private void fail(String title, GrafanaExpansion time, String what) {
    wrong.add(dashboard.uid() + ", " + title + ", " + time.chosen() + ": " + what);
  }
}
