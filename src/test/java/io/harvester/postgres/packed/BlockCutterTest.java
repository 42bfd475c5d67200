// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlockCutterTest {
  private static SeriesColumn series(long id, long... times) {
    SeriesColumn column = new SeriesColumn(id);
    for (long time : times) {
      column.add(time, id * 1000 + time);
    }
    column.sort();
    return column;
  }

  private static List<Integer> clocks(BlockCutter.Cut cut) {
    return cut.series().stream().map(BlockCutter.Placed::clock).toList();
  }

  @Test
  void series_of_a_scrape_share_a_clock() {
    BlockCutter.Cut cut =
        BlockCutter.cut(List.of(), List.of(series(1, 10, 20, 30), series(2, 10, 20, 30)));
    assertEquals(1, cut.clocks().size());
    assertArrayEquals(new long[] {10, 20, 30}, cut.clocks().get(0).times());
    assertEquals(List.of(0, 0), clocks(cut));
  }

  @Test
  void a_series_that_misses_times_takes_the_smallest_clock_that_has_all_of_its_own() {
    BlockCutter.Cut cut =
        BlockCutter.cut(
            List.of(),
            List.of(series(1, 20, 30), series(2, 10, 20, 30, 40), series(3, 10, 30, 31)));
    assertEquals(2, cut.clocks().size());
    assertEquals(List.of(0, 0, 1), clocks(cut));
  }

  @Test
  void a_series_with_times_of_its_own_gets_a_clock() {
    BlockCutter.Cut cut = BlockCutter.cut(List.of(), List.of(series(1, 10, 20), series(2, 11, 21)));
    assertEquals(2, cut.clocks().size());
    assertEquals(2, clocks(cut).stream().distinct().count());
  }

  @Test
  void existing_clocks_are_used_and_keep_their_position() {
    List<Clock> existing =
        List.of(new Clock(7, new long[] {10, 20}), new Clock(8, new long[] {11, 21, 31}));
    BlockCutter.Cut cut =
        BlockCutter.cut(existing, List.of(series(1, 11, 31), series(2, 10, 20, 30)));
    assertEquals(3, cut.clocks().size());
    assertEquals(7, cut.clocks().get(0).id());
    assertEquals(List.of(1, 2), clocks(cut));
  }

  @Test
  void the_first_sample_of_a_time_is_kept() {
    SeriesColumn column = new SeriesColumn(1);
    column.add(30, 3);
    column.add(10, 1);
    column.add(30, 4);
    column.add(20, 2);
    assertEquals(1, column.sort());
    assertArrayEquals(new long[] {10, 20, 30}, column.times());
    assertEquals(3, column.bits(2));
    assertEquals(0, column.sort());
  }

  @Test
  void only_the_stale_marker_is_stale() {
    SeriesColumn column = new SeriesColumn(1);
    column.add(1, 0x7ff8000000000001L);
    column.add(2, Double.doubleToRawLongBits(Double.NaN));
    assertFalse(column.isStale());
    column.add(3, 0x7ff0000000000002L);
    assertTrue(column.isStale());
  }

  @Test
  void clock_ids_are_ordered_by_hour() {
    assertEquals(0, Clock.hour(0));
    assertEquals(1, Clock.hour(Clock.HOUR));
    assertEquals(-1, Clock.hour(-1));
    assertTrue(Clock.firstId(Clock.hour(1_800_000_000_000L)) > 0);
    assertTrue(Clock.firstId(5) + (1L << 40) - 1 < Clock.firstId(6));
  }
}
