// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BinaryBuffer;
import java.util.Arrays;

/**
 * TimescaleDB's codec for small unsigned numbers: a 64-bit block holds many numbers of one width,
 * or one number and how often it repeats (Anh and Moffat, "Index compression using 64-bit words",
 * 2010; tsl/src/compression/algorithms/simple8b_rle.h). Every block but the last is full.
 */
final class Simple8bRle {
  /** By selector: how many numbers a block holds. */
  private static final int[] NUMBERS = {0, 64, 32, 21, 16, 12, 10, 9, 8, 6, 5, 4, 3, 2, 1};

  /** By selector: how many bits each number has. */
  private static final int[] BITS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 21, 32, 64};

  private static final int RLE = 15;
  private static final int RLE_VALUE_BITS = 36;
  private static final long RLE_VALUE = (1L << RLE_VALUE_BITS) - 1;
  private static final int SELECTORS_PER_SLOT = 16;

  /** By number of bits: the first selector whose numbers have as many or more. */
  private static final byte[] SELECTOR = new byte[65];

  static {
    for (int bits = 0; bits <= 64; bits++) {
      byte selector = 1;
      while (BITS[selector] < bits) {
        selector++;
      }
      SELECTOR[bits] = selector;
    }
  }

  private long[] blocks = new long[64];
  private long[] selectors = new long[5];
  private int blockCount;

  /** Appends the first {@code count} values, at least one, to {@code out}. */
  void encode(long[] values, int count, BinaryBuffer out) {
    blockCount = 0;
    Arrays.fill(selectors, 0);
    int at = 0;
    while (at < count) {
      int run = run(values, at, count);
      at += run > 0 ? repeat(values[at], run) : pack(values, at, count);
    }
    out.putInt(count);
    out.putInt(blockCount);
    out.putLongs(selectors, (blockCount + SELECTORS_PER_SLOT - 1) / SELECTORS_PER_SLOT);
    out.putLongs(blocks, blockCount);
  }

  /**
   * Decodes what {@link #encode} or TimescaleDB wrote.
   *
   * @param into receives the numbers, from index {@code at} on
   * @param max largest accepted number of numbers
   * @return how many there are
   * @throws UnreadableColumnException if the input cannot be decoded
   */
  int decode(ByteReader in, long[] into, int at, int max) throws UnreadableColumnException {
    int count = in.nextCount(max);
    blockCount = in.nextCount(count);
    reserve(blockCount);
    in.nextLongs(selectors, (blockCount + SELECTORS_PER_SLOT - 1) / SELECTORS_PER_SLOT);
    in.nextLongs(blocks, blockCount);
    int next = at;
    int end = at + count;
    for (int i = 0; i < blockCount; i++) {
      long block = blocks[i];
      int selector =
          (int) (selectors[i / SELECTORS_PER_SLOT] >>> (i % SELECTORS_PER_SLOT * 4)) & 15;
      if (selector == RLE) {
        long run = block >>> RLE_VALUE_BITS;
        ByteReader.expect(run <= end - next, "run length");
        Arrays.fill(into, next, next + (int) run, block & RLE_VALUE);
        next += (int) run;
      } else {
        next = unpack(block, selector, into, next, end);
      }
    }
    ByteReader.expect(next == end, "number of values");
    return count;
  }

  private static int unpack(long block, int selector, long[] into, int from, int end)
      throws UnreadableColumnException {
    ByteReader.expect(selector > 0, "selector");
    int width = BITS[selector];
    if (width == 64) {
      ByteReader.expect(from < end, "number of values");
      into[from] = block;
      return from + 1;
    }
    long mask = (1L << width) - 1;
    int to = Math.min(end, from + NUMBERS[selector]);
    long rest = block;
    for (int i = from; i < to; i++) {
      into[i] = rest & mask;
      rest >>>= width;
    }
    return to;
  }

  /**
   * How often the value at an index repeats, if a block of its width would not hold more; else 0.
   */
  private static int run(long[] values, int at, int count) {
    long value = values[at];
    if (value >>> RLE_VALUE_BITS != 0) {
      return 0;
    }
    int enough = NUMBERS[SELECTOR[bitsOf(value)]];
    int end = at + 1;
    while (end < count && values[end] == value) {
      end++;
    }
    return end - at >= enough ? end - at : 0;
  }

  private int repeat(long value, int run) {
    add(RLE, ((long) run << RLE_VALUE_BITS) | value);
    return run;
  }

  private int pack(long[] values, int at, int count) {
    int selector = SELECTOR[bitsOf(values[at])];
    for (int next = 1; next < NUMBERS[selector] && at + next < count; next++) {
      int bits = bitsOf(values[at + next]);
      // A wider selector holds fewer numbers, perhaps without this one.
      while (BITS[selector] < bits && next < NUMBERS[selector]) {
        selector++;
      }
    }
    int taken = Math.min(NUMBERS[selector], count - at);
    int width = BITS[selector];
    long block = 0;
    for (int i = taken - 1; i >= 0; i--) {
      block = (width == 64 ? 0 : block << width) | values[at + i];
    }
    add(selector, block);
    return taken;
  }

  private void add(int selector, long block) {
    reserve(blockCount + 1);
    selectors[blockCount / SELECTORS_PER_SLOT] |=
        (long) selector << (blockCount % SELECTORS_PER_SLOT * 4);
    blocks[blockCount++] = block;
  }

  private void reserve(int count) {
    if (count > blocks.length) {
      blocks = Arrays.copyOf(blocks, Math.max(count, blocks.length * 2));
      selectors = Arrays.copyOf(selectors, blocks.length / SELECTORS_PER_SLOT + 1);
    }
  }

  private static int bitsOf(long value) {
    return 64 - Long.numberOfLeadingZeros(value);
  }
}
