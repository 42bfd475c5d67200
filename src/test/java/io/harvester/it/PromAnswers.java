// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Answers of Prometheus and of the functions in SQL, in one form. */
final class PromAnswers {
  private static final double TOLERANCE = 1e-9;

  private PromAnswers() {}

  /** A point: its time (0 for latest, whose time is the sample's), and the labels of its series. */
  static String key(long time, JsonObject labels) {
    Map<String, Object> sorted = new TreeMap<>(labels.getMap());
    sorted.remove("__name__");
    return time + " " + sorted;
  }

  static double value(String text) {
    return Double.parseDouble(text.replace("Inf", "Infinity"));
  }

  /** What the database answers. */
  static Map<String, Double> of(TestDatabase db, PromCall call) throws SQLException {
    boolean latest = call.function().equals("latest");
    Map<String, Double> values = new TreeMap<>();
    for (List<Object> row :
        db.query(
            "SELECT "
                + (latest ? "0::bigint" : "(extract(epoch FROM time) * 1000)::bigint")
                + ", node, value, labels::text FROM "
                + call.sql())) {
      JsonObject labels = new JsonObject((String) row.get(3));
      if (row.get(1) != null) {
        labels.put("node", row.get(1));
      }
      if (values.put(key((Long) row.get(0), labels), (Double) row.get(2)) != null) {
        throw new IllegalStateException(call.sql() + " has a point twice: " + row);
      }
    }
    return values;
  }

  /** The points at which two answers differ. */
  static List<String> differences(Map<String, Double> expected, Map<String, Double> found) {
    List<String> wrong = new ArrayList<>();
    TreeSet<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    for (String key : keys) {
      Double a = expected.get(key);
      Double b = found.get(key);
      if (a == null || b == null || !isClose(a, b)) {
        wrong.add(key + " is " + b + ", of Prometheus " + a);
      }
    }
    return wrong;
  }

  private static boolean isClose(double a, double b) {
    return a == b
        || (Double.isNaN(a) && Double.isNaN(b))
        || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
}
