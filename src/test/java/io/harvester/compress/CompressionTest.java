package io.harvester.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is compressed reads back bit for bit, whatever it is. */
class CompressionTest {
  private static final long STALE = 0x7ff0000000000002L;

  private final Bytes out = new Bytes();

  static Stream<long[]> columns() {
    Random random = new Random(42);
    Stream.Builder<long[]> columns = Stream.builder();
    for (long value : new long[] {0, 1, -1, STALE, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 36}) {
      columns.add(new long[] {value});
      columns.add(new long[] {value, value});
      columns.add(filled(1000, value));
      columns.add(new long[] {0, value, 0, value, 0});
    }
    for (int round = 0; round < 200; round++) {
      columns.add(random(random, 1 + random.nextInt(1000)));
    }
    return columns.build();
  }

  /** Stretches of runs, steps and noise of any width, as ids, times, counters and gauges are. */
  private static long[] random(Random random, int count) {
    long[] values = new long[count];
    long value = random.nextLong() >>> random.nextInt(64);
    for (int i = 0; i < count; ) {
      int kind = random.nextInt(4);
      int width = 1 + random.nextInt(64);
      long step = random.nextLong() >>> random.nextInt(64);
      for (int end = Math.min(count, i + 1 + random.nextInt(200)); i < end; i++) {
        switch (kind) {
          case 0 -> values[i] = value;
          case 1 -> values[i] = value += step;
          case 2 -> values[i] = value ^= random.nextLong() >>> (64 - width);
          default -> values[i] = Double.doubleToRawLongBits(random.nextInt(1000) / 8.0);
        }
      }
    }
    return values;
  }

  private static long[] filled(int count, long value) {
    long[] values = new long[count];
    Arrays.fill(values, value);
    return values;
  }

  @ParameterizedTest
  @MethodSource("columns")
  void integers_read_back(long[] column) {
    new DeltaDelta().encode(column, column.length, out);
    assertArrayEquals(column, new Decompressor(out).deltaDelta());
  }

  @ParameterizedTest
  @MethodSource("columns")
  void floats_read_back(long[] column) {
    new Gorilla().encode(column, column.length, out);
    assertArrayEquals(column, new Decompressor(out).gorilla());
  }

  @Test
  void an_encoder_remembers_nothing_of_the_column_before() {
    Gorilla floats = new Gorilla();
    DeltaDelta integers = new DeltaDelta();
    for (long[] column : columns().toArray(long[][]::new)) {
      out.clear();
      floats.encode(column, column.length, out);
      assertArrayEquals(column, new Decompressor(out).gorilla());
      out.clear();
      integers.encode(column, column.length, out);
      assertArrayEquals(column, new Decompressor(out).deltaDelta());
    }
  }

  @Test
  void one_scrape_of_a_node_takes_few_bytes() {
    long[] times = filled(700, 820_000_000_000_000L);
    new DeltaDelta().encode(times, times.length, out);
    assertTrue(out.length() < 100, "a time for all: " + out.length());
    out.clear();
    long[] ids = new long[700];
    Arrays.setAll(ids, i -> 5_000 + i);
    new DeltaDelta().encode(ids, ids.length, out);
    assertTrue(out.length() < 100, "ids in a row: " + out.length());
  }
}
