// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The metrics of a node_exporter, read from {@code node_exporter.txt} and expanded to series. */
final class MetricCatalog {
  private static final String RESOURCE = "node_exporter.txt";

  private final Map<String, List<Map<String, String>>> sets = new HashMap<>();
  private final List<String[]> metrics = new ArrayList<>();

  private MetricCatalog() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                MetricCatalog.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.startsWith("#")).forEach(this::readLine);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Exactly {@code count} series, sorted by metric as in a scrape. The number of processors grows
   * until there are enough.
   */
  static List<SeriesShape> series(int count) {
    MetricCatalog catalog = new MetricCatalog();
    for (int processors = 1; ; processors++) {
      List<SeriesShape> series = catalog.expand(processors);
      if (series.size() >= count) {
        series.subList(count, series.size()).clear();
        series.sort(Comparator.comparing(SeriesShape::metric));
        return series;
      }
    }
  }

  private void readLine(String line) {
    if (line.startsWith("set ")) {
      String[] word = line.split(" ", 3);
      List<Map<String, String>> members = new ArrayList<>();
      for (String member : word[2].split(";", -1)) {
        members.add(labels(member));
      }
      sets.put(word[1], members);
    } else {
      metrics.add(line.split("\\|", 5));
    }
  }

  private List<SeriesShape> expand(int processors) {
    List<Map<String, String>> cpus = new ArrayList<>();
    for (int cpu = 0; cpu < processors; cpu++) {
      cpus.add(Map.of("cpu", Integer.toString(cpu)));
    }
    sets.put("cpu", cpus);
    List<SeriesShape> all = new ArrayList<>();
    for (String[] field : metrics) {
      Behaviour behaviour = Behaviour.parse(field[3]);
      for (SortedMap<String, String> labels : combinations(field[2])) {
        all.add(new SeriesShape(field[0], field[1], field[4], labels, behaviour));
      }
    }
    // A stable sort: a larger number of series only adds processors to a smaller one.
    all.sort(Comparator.comparingInt(shape -> processorOf(shape.labels())));
    return all;
  }

  private List<SortedMap<String, String>> combinations(String spec) {
    List<SortedMap<String, String>> result = List.of(new TreeMap<>());
    for (String word : spec.isEmpty() ? new String[0] : spec.split(" ", -1)) {
      List<SortedMap<String, String>> wider = new ArrayList<>();
      for (SortedMap<String, String> left : result) {
        for (Map<String, String> right : members(word)) {
          SortedMap<String, String> both = new TreeMap<>(left);
          both.putAll(right);
          wider.add(Collections.unmodifiableSortedMap(both));
        }
      }
      result = wider;
    }
    return result;
  }

  private List<Map<String, String>> members(String word) {
    if (word.startsWith("@")) {
      return sets.get(word.substring(1));
    }
    String name = word.substring(0, word.indexOf('='));
    List<Map<String, String>> members = new ArrayList<>();
    for (String value : word.substring(name.length() + 1).split(",", -1)) {
      members.add(Map.of(name, value));
    }
    return members;
  }

  private static Map<String, String> labels(String words) {
    Map<String, String> labels = new TreeMap<>();
    for (String word : words.split(" ", -1)) {
      int equals = word.indexOf('=');
      labels.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return labels;
  }

  private static int processorOf(Map<String, String> labels) {
    return Integer.parseInt(labels.getOrDefault("cpu", "0"));
  }
}
