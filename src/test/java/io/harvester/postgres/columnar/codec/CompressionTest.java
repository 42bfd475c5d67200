// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.postgres.pg.BinaryBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compressed columns of any content decode bit for bit. */
class CompressionTest {
  private static final long STALE = 0x7ff0000000000002L;

  private final BinaryBuffer out = new BinaryBuffer();
  private final DeltaDelta integers = new DeltaDelta();
  private final Gorilla floats = new Gorilla();

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

  /** Runs, steps and noise of any width, like ids, times, counters and gauges. */
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
  void encoded_columns_are_decoded(long[] column) throws Exception {
    long[] found = filled(column.length + 2, 42);
    long[] expected = found.clone();
    System.arraycopy(column, 0, expected, 1, column.length);
    integers.encode(column, column.length, out);
    integers.decode(out, found, 1, column.length);
    assertArrayEquals(expected, found);
    out.clear();
    floats.encode(column, column.length, out);
    floats.decode(out, found, 1, column.length);
    assertArrayEquals(expected, found);
  }

  /** A column contains its last value, which depends on all others, so most damage is detected. */
  @Test
  void a_damaged_column_is_rejected_or_decodes_as_before() {
    Random random = new Random(42);
    int wrong = 0;
    int all = 0;
    for (long[] column : columns().toArray(long[][]::new)) {
      out.clear();
      integers.encode(column, column.length, out);
      byte[] asIntegers = bytes(out);
      out.clear();
      floats.encode(column, column.length, out);
      byte[] asFloats = bytes(out);
      for (int round = 0; round < 200; round++) {
        wrong += readsWrong(column, damaged(asIntegers, random), integers::decode) ? 1 : 0;
        wrong += readsWrong(column, damaged(asFloats, random), floats::decode) ? 1 : 0;
        all += 2;
      }
    }
    assertTrue(wrong < all / 500, wrong + " of " + all);
  }

  private static boolean readsWrong(long[] column, byte[] damaged, Decoder decoder) {
    long[] into = new long[column.length];
    try {
      decoder.decode(new BinaryBuffer(damaged), into, 0, column.length);
      return !Arrays.equals(column, into);
    } catch (UnreadableColumnException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("columns")
  void a_column_of_another_length_or_algorithm_is_rejected(long[] column) {
    integers.encode(column, column.length, out);
    byte[] all = bytes(out);
    int count = column.length;
    assertTrue(isRejected(all, count - 1, integers::decode), "one value more than expected");
    assertTrue(isRejected(all, count + 1, integers::decode), "one value less than expected");
    assertTrue(isRejected(all, count, floats::decode), "another algorithm");
    byte[] longer = Arrays.copyOf(all, all.length + 1);
    assertTrue(isRejected(longer, count, integers::decode), "a byte too many");
    byte[] shorter = Arrays.copyOf(all, all.length - 1);
    assertTrue(isRejected(shorter, count, integers::decode), "a byte too few");
    all[1] = 1;
    assertTrue(isRejected(all, count, integers::decode), "nulls");
  }

  private interface Decoder {
    void decode(BinaryBuffer column, long[] into, int at, int count)
        throws UnreadableColumnException;
  }

  private static boolean isRejected(byte[] column, int count, Decoder decoder) {
    long[] into = new long[count];
    try {
      decoder.decode(new BinaryBuffer(column), into, 0, count);
      return false;
    } catch (UnreadableColumnException e) {
      return true;
    }
  }

  private static byte[] damaged(byte[] column, Random random) {
    byte[] damaged = column.clone();
    damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
    return damaged;
  }

  private static byte[] bytes(BinaryBuffer out) {
    byte[] bytes = new byte[out.length()];
    out.copyTo(bytes, 0);
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("columns")
  void floats_read_back(long[] column) {
    new Gorilla().encode(column, column.length, out);
    assertArrayEquals(column, new Decompressor(out).gorilla());
  }

  @Test
  void an_encoder_keeps_no_state_of_the_previous_column() {
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
