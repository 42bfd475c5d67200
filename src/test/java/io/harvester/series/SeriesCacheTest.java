// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import static io.harvester.series.SeriesTableTest.lookUp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.series.Activity.CurrentSeries;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the cache drops, and when; and that nothing dropped is taken for remembered. */
class SeriesCacheTest {
  private static final Node[] NODES = new Node[7];

  static {
    for (int i = 0; i < NODES.length; i++) {
      NODES[i] = new Node(i, "n" + i);
    }
  }

  private final SeriesCache cache = new SeriesCache(1000);

  private void add(int from, int to) {
    for (int i = from; i < to; i++) {
      cache.current().add(hash(i), i, i + 1, NODES[i % 7]);
    }
  }

  private int find(int i) {
    return lookUp(cache.current(), hash(i), i);
  }

  private static long hash(int i) {
    return new Random(i).nextLong();
  }

  private void ticks(int count) {
    for (int i = 0; i < count; i++) {
      cache.tick();
    }
  }

  @Test
  void a_full_cache_keeps_what_was_looked_up_last() {
    add(0, 600);
    cache.tick();
    for (int i = 0; i < 300; i++) {
      assertNotEquals(SeriesTable.ABSENT, find(i));
    }
    add(600, 1000);
    SeriesTable full = cache.current(); // full: this call makes room
    assertEquals(750, full.size());
    for (int i = 0; i < 300; i++) {
      assertNotEquals(SeriesTable.ABSENT, find(i), "used " + i);
      assertEquals(i + 1, full.id(find(i)));
      assertEquals(NODES[i % 7], full.node(find(i)));
    }
    for (int i = 600; i < 1000; i++) {
      assertNotEquals(SeriesTable.ABSENT, find(i), "new " + i);
    }
    assertEquals(250, cache.evicted());
  }

  @Test
  void a_cache_full_of_busy_series_makes_room_all_the_same() {
    add(0, 1000);
    assertEquals(750, cache.current().size());
    add(1000, 5000);
    assertTrue(cache.current().size() <= 1000);
  }

  @Test
  void idle_series_go_when_they_are_a_quarter() {
    add(0, 100);
    ticks(SeriesCache.IDLE_TICKS);
    add(100, 350);
    cache.tick();
    assertEquals(350 - 100, cache.current().size());
    assertEquals(SeriesTable.ABSENT, find(0));
    assertNotEquals(SeriesTable.ABSENT, find(349));
  }

  @Test
  void few_idle_series_are_not_worth_a_new_table() {
    add(0, 10);
    ticks(SeriesCache.IDLE_TICKS);
    add(10, 110);
    SeriesTable before = cache.current();
    cache.tick();
    assertSame(before, cache.current());
  }

  @Test
  void idle_series_do_not_become_young_when_the_ticks_start_over() {
    add(0, 10);
    for (int round = 0; round < 2 * (Ticks.MASK + 1); round++) {
      for (int i = 10; i < 110; i++) {
        cache.current().add(hash(i), i, i + 1, NODES[0]);
        find(i);
      }
      cache.tick();
    }
    assertEquals(10, cache.current().ages()[Ticks.OLDEST]);
  }

  @Test
  void memory_of_a_kept_series_is_invalid_at_first() {
    SeriesTable before = cache.current();
    Node node = new Node(1, "a");
    node.takeOver(before, 5000);
    before.add(1, 1, 77, node);
    before.remember(lookUp(before, 1, 1), node.epoch(), 9000, 42);
    add(0, 999);
    SeriesTable after = cache.current();
    assertNotSame(before, after);
    assertFalse(node.remembersIn(after));
    node.takeOver(after, 9000);
    assertNotEquals(node.epoch(), after.epoch(lookUp(after, 1, 1)));
  }

  @Test
  void an_idle_node_does_not_keep_a_table_in_memory() throws Exception {
    Node node = new Node(1, "a");
    node.takeOver(cache.current(), 0);
    var table = new java.lang.ref.WeakReference<>(cache.current());
    cache.invalidate();
    for (int i = 0; i < 50 && table.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertEquals(null, table.get());
    assertFalse(node.remembersIn(cache.current()));
  }

  @Test
  void a_spelling_in_use_outlives_the_one_it_was_an_alias_of() {
    cache.current().add(1, 1, 77, NODES[3]);
    cache.current().add(2, 2, 77, NODES[3]);
    for (int i = 0; i <= SeriesCache.IDLE_TICKS; i++) {
      lookUp(cache.current(), 2, 2);
      cache.tick();
    }
    SeriesTable after = cache.current();
    assertEquals(1, after.size());
    assertEquals(77, after.id(lookUp(after, 2, 2)));
    assertEquals(NODES[3], after.node(lookUp(after, 2, 2)));
  }

  @Test
  void who_is_active_is_known_after_an_eviction() {
    Node node = new Node(1, "a");
    SeriesTable before = cache.current();
    before.remember(before.add(1, 1, 77, node), 1, 9000, 42);
    for (int i = 0; i < 999; i++) {
      before.add(hash(i), i, 1000 + i, node);
    }
    assertNotSame(before, cache.current());
    assertEquals(Map.of("a", 1), cache.activity(8000, Set.of()).activeSeries());
  }

  @Test
  void the_current_series_of_a_metric_is_the_one_with_the_newest_sample() {
    Node node = new Node(5, "a");
    long first = SeriesId.first(3) | 1;
    SeriesTable table = cache.current();
    int kernel1 = table.add(1, 1, first, node);
    int kernel2 = table.add(2, 2, first + 1, node);
    table.remember(table.add(3, 3, SeriesId.first(4), node), 1, 9999, 0); // another metric
    table.add(4, 4, first + 2, new Node(6, "b")); // has no sample yet
    table.remember(kernel1, 1, 1000, 0);
    table.remember(kernel2, 1, 2000, 0);
    assertEquals(List.of(new CurrentSeries(5, first + 1, 2000, false)), currentOfMetric3());
    table.remember(kernel1, 1, 3000, 0); // the old kernel again
    assertEquals(List.of(new CurrentSeries(5, first, 3000, false)), currentOfMetric3());
    table.remember(kernel1, 1, 4000, 0x7FF0000000000002L);
    assertEquals(List.of(new CurrentSeries(5, first, 4000, true)), currentOfMetric3());
  }

  private List<CurrentSeries> currentOfMetric3() {
    return cache.activity(0, Set.of(3)).current();
  }

  @Test
  void requests_in_flight_keep_their_table() {
    add(0, 999);
    SeriesTable inFlight = cache.current();
    add(999, 1000);
    assertNotSame(inFlight, cache.current());
    assertTrue(inFlight.isValid());
    assertEquals(1, inFlight.id(lookUp(inFlight, hash(0), 0)));
  }

  /** A day in which every series is another one each hour. */
  @Test
  void churn_does_not_grow_memory() {
    int perHour = 100_000;
    SeriesCache large = new SeriesCache(10_000_000);
    long max = 0;
    for (int hour = 0; hour < 24; hour++) {
      for (int tick = 0; tick < 12; tick++) {
        for (int i = 0; i < perHour; i++) {
          long low = (long) hour * perHour + i;
          if (lookUp(large.current(), hash(i), low) == SeriesTable.ABSENT) {
            large.current().add(hash(i), low, low + 1, NODES[0]);
          }
        }
        large.tick();
        max = Math.max(max, large.current().bytes());
      }
    }
    // The living, and those that died within the hour.
    assertTrue(max <= 2L * perHour * 68, max + " bytes at most");
    assertTrue(large.evicted() >= 22L * perHour, large.evicted() + " evicted");
  }

  @Test
  void preloaded_series_are_found_until_they_are_released() {
    PreloadedSeries preloaded = cache.preload();
    for (int i = 1; i <= 400; i++) {
      assertTrue(preloaded.add(new UUID(hash(i), i), i, i % 7));
    }
    PreloadedSeries mine = cache.preloaded(cache.current());
    assertEquals(new SeriesCatalog.Registered(5, 5), mine.find(new UUID(hash(5), 5)));
    assertEquals(null, mine.find(new UUID(hash(5), 6)));
    cache.release();
    assertEquals(null, cache.preloaded(cache.current()).find(new UUID(hash(5), 5)));
    assertFalse(preloaded.add(new UUID(1, 1), 1, 1), "it is over");
    assertEquals(0, cache.preloadedBytes());
  }

  @Test
  void at_most_half_the_cache_is_preloaded() {
    PreloadedSeries preloaded = cache.preload();
    for (int i = 1; i <= 500; i++) {
      assertTrue(preloaded.add(new UUID(hash(i), i), i, 1));
    }
    assertFalse(preloaded.add(new UUID(hash(501), 501), 501, 1));
  }

  @Test
  void preloaded_ids_of_another_database_are_invalid() {
    PreloadedSeries preloaded = cache.preload();
    assertTrue(preloaded.add(new UUID(1, 1), 1, 1));
    SeriesTable before = cache.current();
    cache.invalidate();
    assertFalse(preloaded.add(new UUID(2, 2), 2, 1));
    assertEquals(null, cache.preloaded(cache.current()).find(new UUID(1, 1)));
    assertEquals(null, cache.preloaded(before).find(new UUID(1, 1)));
  }
}
