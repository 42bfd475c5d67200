// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SeriesIdTest {
  @Test
  void the_ids_of_a_metric_are_a_range() {
    assertEquals(7L << 40, SeriesId.first(7));
    assertEquals((8L << 40) - 1, SeriesId.last(7));
    assertEquals(123, SeriesId.sequence(SeriesId.first(7) | 123));
  }

  @Test
  void the_last_range_is_shared() {
    assertEquals(Long.MAX_VALUE, SeriesId.last(SeriesId.MAX_METRIC));
    assertEquals(SeriesId.first(8_388_607), SeriesId.first(Integer.MAX_VALUE));
    assertTrue(SeriesId.last(8_388_606) < SeriesId.first(8_388_607));
  }

  @Test
  void the_table_remembers_all_bits_of_an_id() {
    SeriesTable table = new SeriesTable(new AtomicBoolean(true), new Ticks(), 10);
    Node node = new NodeRegistry().node("n", 1);
    Map<Long, Integer> slots =
        Map.of(
            Long.MAX_VALUE,
            table.add(1, 1, Long.MAX_VALUE, node),
            1L,
            table.add(2, 2, 1, node),
            SeriesId.first(1 << 22) | 5,
            table.add(3, 3, SeriesId.first(1 << 22) | 5, node));
    slots.values().forEach(slot -> table.remember(slot, -1, 42, 43));
    slots.forEach(
        (id, slot) -> {
          assertEquals(id, table.id(slot));
          assertEquals(-1, table.epoch(slot));
          assertEquals(node, table.node(slot));
          assertEquals(slot, table.add(slot + 10, 0, id, node), "an alias");
        });
  }
}
