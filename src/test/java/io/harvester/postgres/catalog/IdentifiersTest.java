// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of metrics and labels become unique SQL identifiers. */
class IdentifiersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"up", "with.dots and blanks", "\"quoted\"", "größe", "select", "a_12345678"})
  void a_name_that_fits_is_kept(String name) {
    assertEquals(name, Identifiers.fit(name));
  }

  @Test
  void a_long_name_is_shortened_and_remains_unique() {
    String name = "a".repeat(64);
    String fitted = Identifiers.fit(name);
    assertEquals(63, fitted.length());
    assertTrue(fitted.startsWith("a".repeat(54) + "_"));
    assertNotEquals(fitted, Identifiers.fit(name + "b"));
    assertEquals("a".repeat(63), Identifiers.fit("a".repeat(63)));
  }

  @Test
  void shortening_never_splits_a_character() {
    for (String character : List.of("ä", "€", "\uD83D\uDE00")) {
      for (int shift = 0; shift < 4; shift++) {
        String fitted = Identifiers.fit("x".repeat(shift) + character.repeat(64));
        assertTrue(fitted.getBytes(UTF_8).length <= 63);
        assertEquals(fitted, new String(fitted.getBytes(UTF_8), UTF_8));
      }
    }
  }

  @Test
  void no_name_equals_another_shortened_one() {
    String fitted = Identifiers.fit("a".repeat(70));
    assertNotEquals(fitted, Identifiers.fit(fitted));
    assertEquals(63, Identifiers.fit(fitted).length());
    String shorter = Identifiers.fit("\uD83D\uDE00".repeat(70));
    assertNotEquals(shorter, Identifiers.fit(shorter));
  }

  @Test
  void quotes_and_backslashes_are_escaped() {
    assertEquals("\"a\"\"b\"", Identifiers.quoted("a\"b"));
    assertEquals("E'it''s \\\\ '", Identifiers.literal("it's \\ "));
  }

  @Test
  void a_label_with_a_reserved_name_is_prefixed() {
    assertEquals(
        List.of("label_time", "label_value", "label_node", "label_label_time", "cpu"),
        columns(List.of("time", "value", "node", "label_time", "cpu")));
  }

  @Test
  void column_names_are_unique_for_any_labels() {
    List<String> labels =
        List.of("label_node", "node", "label_label_node", "l".repeat(63), "l".repeat(64), "Time");
    List<String> columns = columns(labels);
    assertEquals(labels.size(), new HashSet<>(columns).size());
    assertTrue(columns.stream().noneMatch(List.of("time", "node", "value")::contains));
  }

  @Test
  void new_labels_do_not_change_earlier_columns() {
    List<String> first = columns(List.of("time", "label_time"));
    List<String> later = columns(List.of("time", "label_time", "label_label_time"));
    assertEquals(first, later.subList(0, 2));
  }

  @Test
  void a_view_has_time_node_value_and_a_column_per_label() {
    String definition =
        ViewDefinition.of(ViewKind.VALUE, 7, "a\"b.c", List.of("c'p\\u", "time"), false);
    assertEquals(
        "CREATE OR REPLACE VIEW metric.\"a\"\"b.c\" AS SELECT s.time, n.name AS node, s.value,"
            + " s.series_id, r.labels ->> E'c''p\\\\u' AS \"c'p\\u\", r.labels ->> E'time' AS \"label_time\""
            + " FROM harvester.series r JOIN harvester.node n ON n.node_id = r.node_id"
            + " JOIN harvester.sample s ON s.series_id = r.series_id AND s.node_id = r.node_id"
            + " WHERE r.metric_id = 7 AND s.series_id BETWEEN 7696581394432 AND 8796093022207"
            + " AND (s.value <> 'NaN'::float8 OR NOT harvester.is_stale(s.value));",
        definition);
  }

  private static List<String> columns(List<String> labels) {
    return Identifiers.columns(labels, Set.of("time", "node", "value"));
  }
}
