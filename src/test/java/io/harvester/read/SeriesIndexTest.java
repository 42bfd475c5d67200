// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import static io.harvester.read.Matcher.Type.EQUAL;
import static io.harvester.read.Matcher.Type.NOT_EQUAL;
import static io.harvester.read.Matcher.Type.NOT_REGEX;
import static io.harvester.read.Matcher.Type.REGEX;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.read.SeriesIndex.CatalogSeries;
import io.harvester.read.SeriesIndex.IndexedNode;
import io.harvester.series.SeriesKey.Label;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeriesIndexTest {
  private final SeriesIndex index = new SeriesIndex("node");

  @BeforeEach
  void fill() {
    index.setNodes(
        List.of(
            new IndexedNode(1, "lab-01", 1000),
            new IndexedNode(2, "lab-02", 2000),
            new IndexedNode(3, "web-01", 3000)));
    for (int node = 1; node <= 3; node++) {
      index.add(
          List.of(
              series(10L * node, node, "cpu", "cpu", "0", "mode", "idle"),
              series(10L * node + 1, node, "cpu", "cpu", "1", "mode", "idle"),
              series(10L * node + 2, node, "load")));
    }
    index.add(List.of(series(99, 3, "disk", "device", "sda")));
  }

  @Test
  void all_kinds_of_matchers_together() {
    assertEquals(ids(10, 11, 20, 21, 30, 31), found(is("__name__", "cpu")));
    assertEquals(ids(10, 20), found(is("__name__", "cpu"), is("cpu", "0"), re("node", "lab.*")));
    assertEquals(ids(12, 22, 32, 99), found(is("cpu", ""), re("__name__", ".+")));
    assertEquals(ids(31, 32), found(is("node", "web-01"), not("device", "sda"), not("cpu", "0")));
    assertEquals(ids(99), found(Matcher.of(NOT_REGEX, "__name__", "cpu|load")));
    assertEquals(ids(), found(is("__name__", "cpu"), is("__name__", "load")));
    assertEquals(ids(), found(is("absent", "x")));
    assertEquals(ids(12, 22, 32), found(is("__name__", "load"), is("absent", "")));
  }

  @Test
  void names_and_values() {
    assertEquals(Set.of("__name__", "node", "cpu", "mode", "device"), names());
    assertEquals(Set.of("__name__", "node"), names(is("__name__", "load")));
    assertEquals(Set.of(), names(is("__name__", "absent")));
    assertEquals(Set.of("lab-01", "lab-02", "web-01"), values("node"));
    assertEquals(Set.of("web-01"), values("node", is("device", "sda")));
    assertEquals(Set.of("cpu", "disk", "load"), values("__name__"));
    assertEquals(Set.of("sda"), values("device", re("node", "web.*")));
    assertEquals(Set.of(), values("device", re("node", "lab.*")));
    assertEquals(Set.of(), values("absent"));
  }

  @Test
  void nodes_that_are_silent_since_then_are_left_out() {
    assertEquals(ids(20, 21, 30, 31), ids(index.select(List.of(is("__name__", "cpu")), 1500)));
    assertEquals(Set.of("web-01"), index.labelValues("node", List.of(), 2500));
  }

  @Test
  void a_removed_node_takes_its_series_along() {
    index.setNodes(List.of(new IndexedNode(2, "lab-02", 2000), new IndexedNode(4, "new", 1)));
    index.add(List.of(series(40, 4, "load"), series(10, 1, "load")));
    assertEquals(ids(20, 21, 22, 40), found());
    assertEquals(Set.of("cpu", "load"), values("__name__"));
    assertEquals(4, index.size());
    index.clear();
    assertEquals(ids(), found());
  }

  @Test
  void the_labels_of_what_is_found() {
    SeriesSelection found = index.select(List.of(is("cpu", "1"), is("node", "lab-02")), 0);
    assertEquals(
        new SeriesLabels(
            "cpu", "lab-02", List.of(new Label("cpu", "1"), new Label("mode", "idle"))),
        found.labels(0));
    assertEquals(2, found.nodeId(0));
  }

  /** Against the obvious implementation, on random label sets that collide. */
  @Test
  void it_finds_what_a_list_finds() {
    Random random = new Random(42);
    List<CatalogSeries> all = new ArrayList<>();
    for (int id = 1000; id < 6000; id++) {
      List<String> labels = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        if (random.nextBoolean()) {
          labels.add(name);
          labels.add("v" + random.nextInt(30));
        }
      }
      all.add(
          series(
              id, 1 + random.nextInt(3), "m" + random.nextInt(5), labels.toArray(String[]::new)));
    }
    index.add(all);
    for (int i = 0; i < 200; i++) {
      List<Matcher> matchers =
          List.of(
              Matcher.of(any(random), "a", "v" + random.nextInt(30)),
              Matcher.of(any(random), "b", "v" + random.nextInt(3) + ".*"),
              Matcher.of(REGEX, "__name__", "m[" + random.nextInt(5) + random.nextInt(5) + "]"));
      Set<Long> expected = new TreeSet<>();
      for (CatalogSeries one : all) {
        if (matchers.stream().allMatch(m -> m.matches(value(one, m.name())))) {
          expected.add(one.seriesId());
        }
      }
      assertEquals(expected, ids(index.select(matchers, 0)), matchers.toString());
    }
  }

  private static Matcher.Type any(Random random) {
    return List.of(EQUAL, NOT_EQUAL, REGEX, NOT_REGEX).get(random.nextInt(4));
  }

  private static String value(CatalogSeries series, String name) {
    if (name.equals("__name__")) {
      return series.metric();
    }
    return series.labels().stream()
        .filter(label -> label.name().equals(name))
        .map(Label::value)
        .findAny()
        .orElse("");
  }

  private static CatalogSeries series(long id, int node, String metric, String... labels) {
    List<Label> list = new ArrayList<>();
    for (int i = 0; i < labels.length; i += 2) {
      list.add(new Label(labels[i], labels[i + 1]));
    }
    return new CatalogSeries(id, node, metric, list);
  }

  private Set<String> names(Matcher... matchers) {
    return index.labelNames(List.of(matchers), 0);
  }

  private Set<String> values(String name, Matcher... matchers) {
    return index.labelValues(name, List.of(matchers), 0);
  }

  private Set<Long> found(Matcher... matchers) {
    return ids(index.select(List.of(matchers), 0));
  }

  private static Set<Long> ids(SeriesSelection selection) {
    Collection<Long> ids = new TreeSet<>();
    for (int i = 0; i < selection.count(); i++) {
      ids.add(selection.id(i));
    }
    return new TreeSet<>(ids);
  }

  private static Set<Long> ids(long... ids) {
    Set<Long> set = new TreeSet<>();
    for (long id : ids) {
      set.add(id);
    }
    return set;
  }

  private static Matcher is(String name, String value) {
    return Matcher.of(EQUAL, name, value);
  }

  private static Matcher not(String name, String value) {
    return Matcher.of(NOT_EQUAL, name, value);
  }

  private static Matcher re(String name, String value) {
    return Matcher.of(REGEX, name, value);
  }
}
