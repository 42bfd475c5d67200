// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PackPaceTest {
  private static Deque<PackTask> tasks(long rows, int series) {
    long[] ids = LongStream.rangeClosed(1, series).toArray();
    return new ArrayDeque<>(List.of(new PackTask(7, ids, 3_600_000, rows)));
  }

  @Test
  void every_series_and_row_is_in_one_part() {
    Deque<PackTask> tasks = tasks(168_000, 701);
    PackPace pace = new PackPace();
    long[] ids = {};
    long rows = 0;
    while (!tasks.isEmpty()) {
      PackTask task = pace.next(tasks);
      assertEquals(7, task.nodeId());
      assertEquals(3_600_000, task.from());
      assertTrue(task.rows() <= 50_000, () -> task.rows() + " rows at once");
      ids = LongStream.concat(LongStream.of(ids), LongStream.of(task.seriesIds())).toArray();
      rows += task.rows();
    }
    assertArrayEquals(LongStream.rangeClosed(1, 701).toArray(), ids);
    assertEquals(168_000, rows);
  }

  @Test
  void a_slow_machine_moves_fewer_rows_at_once_and_a_fast_one_more() {
    PackPace pace = new PackPace();
    long first = pace.next(tasks(168_000, 700)).rows();
    for (int i = 0; i < 20; i++) {
      pace.took(40_000, 1_000_000_000);
    }
    long slow = pace.next(tasks(168_000, 700)).rows();
    assertTrue(slow < first, () -> slow + " rows after " + first);
    for (int i = 0; i < 100; i++) {
      pace.took(40_000, 40_000_000);
    }
    assertTrue(pace.next(tasks(168_000, 700)).rows() > first);
  }

  @Test
  void a_single_series_is_not_divided() {
    assertEquals(90_000, new PackPace().next(tasks(90_000, 1)).rows());
  }
}
