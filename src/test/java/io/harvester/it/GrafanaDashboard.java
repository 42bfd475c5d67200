// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A dashboard of deploy/grafana, as Grafana reads it. */
record GrafanaDashboard(Path file, JsonObject json) {
  static final Path FOLDER = Path.of("deploy/grafana");

  /** All of them, in the order of their files. */
  static List<GrafanaDashboard> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("dashboards"))) {
      return files.sorted().map(GrafanaDashboard::read).toList();
    }
  }

  private static GrafanaDashboard read(Path file) {
    try {
      return new GrafanaDashboard(file, new JsonObject(Files.readString(file)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String uid() {
    return json.getString("uid");
  }

  /** All panels; rows are panels of the type row. */
  List<JsonObject> panels() {
    return objects(json, "panels");
  }

  /** The panels with data. */
  List<JsonObject> charts() {
    return panels().stream().filter(panel -> !panel.getString("type").equals("row")).toList();
  }

  List<JsonObject> variables() {
    return objects(json.getJsonObject("templating"), "list");
  }

  List<JsonObject> annotations() {
    return objects(json.getJsonObject("annotations"), "list");
  }

  /** Length of its time range, in hours; it ends now. */
  int hours() {
    return Integer.parseInt(json.getJsonObject("time").getString("from").replaceAll("\\D", ""));
  }

  static List<JsonObject> objects(JsonObject in, String key) {
    return in.getJsonArray(key, new JsonArray()).stream().map(JsonObject.class::cast).toList();
  }

  static boolean isSql(JsonObject query) {
    return query.getJsonObject("datasource").getString("type").contains("postgres");
  }
}
