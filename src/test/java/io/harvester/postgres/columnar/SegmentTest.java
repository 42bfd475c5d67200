// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.Gorilla;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.BinaryBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The compressed batches of a node become one sorted sequence of rows without duplicates. */
class SegmentTest {
  private final Segment segment = new Segment();
  private final TreeMap<Long, TreeMap<Long, Long>> expected = new TreeMap<>();
  private int added;

  private record Row(long series, long time, long bits) {}

  private void add(List<Row> rows) throws UnreadableColumnException {
    for (Row row : rows) {
      expected
          .computeIfAbsent(row.series, id -> new TreeMap<>())
          .putIfAbsent(row.time, row.bits); // the first is kept
    }
    added += rows.size();
    segment.add(
        rows.size(),
        integers(rows.stream().mapToLong(Row::series).toArray()),
        integers(rows.stream().mapToLong(Row::time).toArray()),
        floats(rows.stream().mapToLong(Row::bits).toArray()));
  }

  private static byte[] integers(long[] column) {
    BinaryBuffer out = new BinaryBuffer();
    new DeltaDelta().encode(column, column.length, out);
    return copy(out);
  }

  private static byte[] floats(long[] column) {
    BinaryBuffer out = new BinaryBuffer();
    new Gorilla().encode(column, column.length, out);
    return copy(out);
  }

  private static byte[] copy(BinaryBuffer out) {
    byte[] bytes = new byte[out.length()];
    out.copyTo(bytes, 0);
    return bytes;
  }

  private void mustBeSorted(int duplicates) {
    List<Long> series = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    List<Long> bits = new ArrayList<>();
    expected.forEach(
        (id, samples) ->
            samples.forEach(
                (time, value) -> {
                  series.add(id);
                  times.add(time);
                  bits.add(value);
                }));
    assertEquals(added - series.size(), duplicates, "duplicates removed");
    assertEquals(series.size(), segment.rows());
    assertTrue(segment.isSorted());
    long[][] found = segment.toArrays();
    assertArrayEquals(series.stream().mapToLong(Long::longValue).toArray(), found[0]);
    assertArrayEquals(times.stream().mapToLong(Long::longValue).toArray(), found[1]);
    assertArrayEquals(bits.stream().mapToLong(Long::longValue).toArray(), found[2]);
  }

  @Test
  void successive_scrapes_are_sorted_by_series() throws Exception {
    segment.start(50 * 700);
    for (int scrape = 0; scrape < 50; scrape++) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 700; i++) {
        rows.add(new Row(1000 + i * 3L, scrape * 15_000_000L, scrape * 1000L + i));
      }
      add(rows);
    }
    assertFalse(segment.isSorted());
    mustBeSorted(segment.sort());
  }

  @Test
  void rows_in_any_order_are_sorted_and_the_first_duplicate_is_kept() throws Exception {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      expected.clear();
      added = 0;
      int batches = 1 + random.nextInt(20);
      segment.start(batches * 100);
      for (int batch = 0; batch < batches; batch++) {
        List<Row> rows = new ArrayList<>();
        for (int i = 1 + random.nextInt(100); i > 0; i--) {
          long id = 1L + random.nextInt(1 + round);
          rows.add(new Row(id << (random.nextInt(3) * 20), random.nextInt(50), random.nextLong()));
        }
        add(rows);
      }
      mustBeSorted(segment.sort());
    }
  }

  @Test
  void sorted_rows_are_recognized() throws Exception {
    segment.start(4);
    add(List.of(new Row(1, 10, 0), new Row(1, 20, 0)));
    add(List.of(new Row(1, 30, 0), new Row(2, 10, 0)));
    assertTrue(segment.isSorted());
    segment.start(2);
    add(List.of(new Row(1, 10, 0), new Row(1, 10, 0)));
    assertFalse(segment.isSorted(), "a duplicate");
  }

  @Test
  void a_batch_ends_with_a_series_unless_that_leaves_it_small() throws Exception {
    segment.start(5000);
    List<Row> rows = new ArrayList<>();
    int[] lengths = {480, 480, 480, 2000, 1};
    for (int series = 0; series < lengths.length; series++) {
      for (int i = 0; i < lengths[series]; i++) {
        rows.add(new Row(series, i, 0));
      }
    }
    for (int from = 0; from < rows.size(); from += 900) {
      add(rows.subList(from, Math.min(rows.size(), from + 900)));
    }
    List<Integer> ends = new ArrayList<>();
    for (int start = 0; start < segment.rows(); start = ends.get(ends.size() - 1)) {
      ends.add(segment.batchEnd(start));
    }
    assertEquals(List.of(960, 1960, 2960, 3441), ends);
  }

  @Test
  void more_rows_than_there_is_room_for_are_rejected() throws Exception {
    segment.start(1);
    List<Row> two = List.of(new Row(1, 1, 1), new Row(1, 2, 2));
    assertThrows(UnreadableColumnException.class, () -> add(two));
  }
}
