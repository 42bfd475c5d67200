// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Prints the result of a command.
 *
 * @param json whether to print JSON instead of text
 */
record Output(PrintStream out, boolean json) {
  /** The option that asks for JSON. */
  static final String JSON = "--json";

  /** Prints one result: a line of text, or a JSON object. */
  void result(String text, Map<String, ?> fields) {
    out.println(json ? object(fields).encode() : text);
  }

  /** Prints rows: a table with a header, or a JSON array of objects. */
  void table(List<String> columns, List<Map<String, ?>> rows) {
    if (json) {
      JsonArray array = new JsonArray();
      rows.forEach(row -> array.add(object(row)));
      out.println(array.encode());
      return;
    }
    int[] widths = columns.stream().mapToInt(String::length).toArray();
    for (Map<String, ?> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], text(row.get(columns.get(i))).length());
      }
    }
    line(columns, widths);
    rows.forEach(row -> line(columns.stream().map(name -> text(row.get(name))).toList(), widths));
  }

  private void line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    out.println(line.toString().stripTrailing());
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      return String.join(",", list.stream().map(String::valueOf).toList());
    }
    return value == null ? "-" : value.toString();
  }

  private static JsonObject object(Map<String, ?> fields) {
    JsonObject object = new JsonObject();
    fields.forEach(object::put);
    return object;
  }
}
