// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.storage.LongIndex;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Marks and numbers against what the collections of the JDK make of them. */
class StoredKeyBitmapTest {
  private record Key(long series, long time) {}

  @Test
  void what_was_added_is_there_and_nothing_else() {
    Random random = new Random(3);
    for (int range : new int[] {2, 10, 70, 500}) {
      StoredKeyBitmap marks = new StoredKeyBitmap(0, range);
      Set<Key> added = new HashSet<>();
      for (int i = 0; i < 20_000; i++) {
        Key key = new Key(random.nextInt(range) << 20, random.nextInt(range));
        assertEquals(added.contains(key), marks.has(key.series, key.time), key.toString());
        if (random.nextInt(3) == 0) {
          marks.add(key.series, key.time);
          added.add(key);
        }
      }
    }
  }

  @Test
  void it_covers_its_start_and_not_its_end() {
    StoredKeyBitmap marks = new StoredKeyBitmap(10, 20);
    assertTrue(marks.covers(10) && marks.covers(19));
    assertFalse(marks.covers(9) || marks.covers(20));
  }

  @Test
  void scrapes_of_a_node_take_little_more_than_a_bit_a_sample() {
    StoredKeyBitmap marks = new StoredKeyBitmap(0, 480);
    for (int time = 0; time < 480; time++) {
      for (int series = 0; series < 700; series++) {
        marks.add(series, time);
      }
    }
    assertTrue(marks.bytes() < 480 * 700 / 8 * 3 / 2 + 40_000, "bytes: " + marks.bytes());
  }

  @Test
  void an_index_numbers_values_as_they_come() {
    Random random = new Random(9);
    LongIndex index = new LongIndex();
    for (int round = 0; round < 3; round++) {
      Map<Long, Integer> expected = new HashMap<>();
      for (int i = 0; i < 100_000; i++) {
        long value = random.nextLong() >> random.nextInt(64);
        assertEquals(expected.getOrDefault(value, -1), index.find(value));
        int number = expected.computeIfAbsent(value, v -> expected.size());
        assertEquals(number, index.add(value));
        assertEquals(value, index.value(number));
      }
      assertEquals(expected.size(), index.size());
      index.clear();
      assertEquals(-1, index.find(expected.keySet().iterator().next()));
    }
  }
}
