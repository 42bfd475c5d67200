// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.it.GrafanaDashboard.FOLDER;
import static io.harvester.it.GrafanaDashboard.objects;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboards of deploy/grafana are complete, and are what their sources generate. */
class GrafanaTest {
  private static final Path PROVISIONING = FOLDER.resolve("provisioning");
  private static final Path NODE_MODULES = FOLDER.resolve("node_modules");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(HARVESTER_\\w+)}");

  @Test
  void the_committed_dashboards_are_those_of_their_sources(@TempDir Path target) throws Exception {
    assumeTrue(
        Files.isDirectory(NODE_MODULES), NODE_MODULES + " is absent: npm ci --prefix " + FOLDER);
    Path compiler = Path.of("node_modules/typescript/bin/tsc");
    run("node", compiler.toString(), "--project", ".", "--outDir", build(target).toString());
    Files.createSymbolicLink(target.resolve("node_modules"), NODE_MODULES.toAbsolutePath());
    Files.writeString(target.resolve("package.json"), "{\"type\": \"module\"}");
    Path dashboards = target.resolve("dashboards");
    run("node", build(target).resolve("main.js").toString(), dashboards.toString());
    assertEquals(
        texts(dashboards), texts(FOLDER.resolve("dashboards")), "npm run build in " + FOLDER);
  }

  private static Path build(Path target) {
    return target.resolve("build");
  }

  private static void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  private static Map<String, String> texts(Path folder) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return texts;
  }

  @Test
  void every_dashboard_has_a_name_and_numbers_of_its_own() throws IOException {
    List<GrafanaDashboard> all = GrafanaDashboard.all();
    assertEquals(
        Set.of("Fleet", "Node", "Fleet reports", "Harvester itself"),
        all.stream().map(one -> one.json().getString("title")).collect(Collectors.toSet()));
    assertEquals(4, all.stream().map(GrafanaDashboard::uid).distinct().count());
    for (GrafanaDashboard dashboard : all) {
      assertEquals(dashboard.uid() + ".json", dashboard.file().getFileName().toString());
      assertFalse(dashboard.json().getString("description").isEmpty());
      Set<Integer> numbers = new HashSet<>();
      for (JsonObject panel : dashboard.panels()) {
        assertTrue(numbers.add(panel.getInteger("id")), dashboard.uid() + panel.getString("title"));
      }
    }
  }

  @Test
  void every_panel_says_what_it_shows_in_which_unit() throws IOException {
    for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
      Set<String> titles = new HashSet<>();
      for (JsonObject panel : dashboard.charts()) {
        String where = dashboard.uid() + ": " + panel.getString("title");
        assertTrue(panel.getString("title", "").length() > 1, where);
        assertTrue(panel.getString("description", "").length() > 15, where);
        titles.add(panel.getString("title"));
        JsonObject defaults = panel.getJsonObject("fieldConfig").getJsonObject("defaults");
        assertTrue(panel.getString("type").equals("table") || defaults.containsKey("unit"), where);
        List<JsonObject> targets = objects(panel, "targets");
        assertFalse(targets.isEmpty(), where);
        assertEquals(
            targets.size(),
            targets.stream().map(target -> target.getString("refId")).distinct().count(),
            where);
      }
      assertFalse(titles.isEmpty());
    }
  }

  @Test
  void every_query_names_a_data_source_that_is_provisioned() throws IOException {
    String provisioned = Files.readString(PROVISIONING.resolve("datasources/harvester.yaml"));
    Set<String> sources = new TreeSet<>();
    Pattern.compile("(?m)^    uid: (\\S+)\\n    type: (\\S+)$")
        .matcher(provisioned)
        .results()
        .forEach(found -> sources.add(found.group(1) + " " + found.group(2)));
    assertEquals(
        Set.of("harvester prometheus", "harvester-sql grafana-postgresql-datasource"), sources);
    Set<String> used = new TreeSet<>();
    for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
      dashboard.variables().forEach(variable -> used.add(source(variable)));
      dashboard.annotations().forEach(annotation -> used.add(source(annotation)));
      for (JsonObject panel : dashboard.charts()) {
        objects(panel, "targets").forEach(target -> used.add(source(target)));
      }
    }
    assertEquals(sources, used);
  }

  private static String source(JsonObject query) {
    JsonObject source = query.getJsonObject("datasource");
    return source.getString("uid") + " " + source.getString("type");
  }

  @Test
  void provisioning_variables_are_explained_and_set_in_the_compose_file() throws IOException {
    String provisioned =
        Files.readString(PROVISIONING.resolve("datasources/harvester.yaml"))
            + Files.readString(PROVISIONING.resolve("dashboards/harvester.yaml"));
    Set<String> variables =
        VARIABLE.matcher(provisioned).results().map(r -> r.group(1)).collect(Collectors.toSet());
    assertEquals(7, variables.size());
    String document = Files.readString(Path.of("docs/grafana.md"));
    String compose = Files.readString(Path.of("deploy/compose.yaml"));
    for (String variable : variables) {
      assertTrue(compose.contains("\n      " + variable + ": "), variable);
      assertTrue(document.contains("\n   " + variable + "="), variable);
    }
  }
}
