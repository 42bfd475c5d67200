// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is remembered of each series, and how much memory that takes. */
class SeriesTableTest {
  private static final Node FIVE = new Node(5, "five");
  private static final Node SIX = new Node(6, "six");

  private final SeriesTable table = new SeriesCache(1000).current();

  /** The slot of the series with that hash; marks it as looked up. */
  static int lookUp(SeriesTable table, long high, long low) {
    int record = table.record(high, low, SeriesTable.ABSENT);
    return record == SeriesTable.ABSENT ? SeriesTable.ABSENT : table.lookedUp(record);
  }

  @Test
  void a_series_is_found_by_its_hash() {
    int slot = table.add(1, 2, 77, FIVE);
    assertEquals(slot, lookUp(table, 1, 2));
    assertEquals(77, table.id(slot));
    assertEquals(FIVE, table.node(slot));
    assertEquals(0, table.epoch(slot));
    assertEquals(SeriesTable.ABSENT, lookUp(table, 1, 3));
    assertEquals(SeriesTable.ABSENT, lookUp(table, 2, 2));
  }

  @Test
  void a_guess_is_taken_only_if_it_is_right() {
    int first = table.add(1, 2, 77, FIVE);
    int second = table.add(1, 3, 78, FIVE);
    int alias = second + 1;
    assertEquals(second, table.add(9, 9, 78, FIVE));
    for (int guess : new int[] {first, second, alias, alias + 1, 1 << 30, -1}) {
      assertEquals(first, table.record(1, 2, guess));
      assertEquals(second, table.record(1, 3, guess));
      assertEquals(alias, table.record(9, 9, guess));
      assertEquals(SeriesTable.ABSENT, table.record(2, 1, guess));
    }
    assertEquals(second, table.lookedUp(alias));
  }

  @Test
  void another_spelling_of_a_series_shares_its_memory() {
    int slot = table.add(1, 2, 77, FIVE);
    assertEquals(slot, table.add(3, 4, 77, FIVE));
    assertEquals(slot, lookUp(table, 3, 4));
    table.remember(slot, 9, 1000, 42);
    assertEquals(1000, table.newestTime(lookUp(table, 3, 4)));
    assertEquals(2, table.size());
  }

  @Test
  void memory_keeps_the_node() {
    int slot = table.add(1, 2, 77, FIVE);
    table.remember(slot, 123, -5, -6);
    assertEquals(FIVE, table.node(slot));
    assertEquals(123, table.epoch(slot));
    assertEquals(-5, table.newestTime(slot));
    assertEquals(-6, table.newestBits(slot));
  }

  @Test
  void adding_what_is_there_changes_nothing() {
    int slot = table.add(1, 2, 77, FIVE);
    assertEquals(slot, table.add(1, 2, 99, SIX));
    assertEquals(77, table.id(slot));
    assertEquals(1, table.size());
  }

  @Test
  void a_million_series_take_64_bytes_each_and_are_all_found() {
    Random random = new Random(1);
    int count = 1_000_000;
    Node[] nodes = new Node[1000];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = new Node(i, "n" + i);
    }
    long before = heapInUse();
    SeriesTable many = new SeriesCache(2 * count).current();
    for (int i = 0; i < count; i++) {
      many.add(random.nextLong(), random.nextLong(), i, nodes[i % 1000]);
    }
    long held = heapInUse() - before;
    assertTrue(many.bytes() <= 64L * count, many.bytes() + " bytes by its own account");
    assertTrue(held <= 64L * count, held + " bytes of heap");
    random = new Random(1);
    for (int i = 0; i < count; i++) {
      int slot = lookUp(many, random.nextLong(), random.nextLong());
      assertNotEquals(SeriesTable.ABSENT, slot);
      assertEquals(i, many.id(slot));
      assertEquals(nodes[i % 1000], many.node(slot));
    }
  }

  private static long heapInUse() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void only_the_table_in_use_can_be_forgotten() {
    SeriesCache cache = new SeriesCache(100);
    SeriesTable first = cache.current();
    cache.forget(first);
    SeriesTable second = cache.current();
    cache.forget(first);
    assertSame(second, cache.current());
  }

  @Test
  void ids_become_invalid_in_every_table() {
    SeriesCache cache = new SeriesCache(100);
    SeriesTable first = cache.current();
    cache.forget(first);
    SeriesTable second = cache.current();
    cache.invalidate();
    assertTrue(!first.isValid() && !second.isValid() && cache.current().isValid());
  }
}
