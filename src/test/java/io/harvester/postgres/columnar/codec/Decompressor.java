// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BinaryBuffer;
import java.nio.ByteBuffer;

/**
 * A plain decoder for tests: reads one value after the other as the format's description says, and
 * checks every rule of the format.
 */
final class Decompressor {
  private static final int[] NUMBERS = {0, 64, 32, 21, 16, 12, 10, 9, 8, 6, 5, 4, 3, 2, 1};
  private static final int[] BITS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 21, 32, 64};

  private final ByteBuffer in;

  Decompressor(BinaryBuffer bytes) {
    byte[] copy = new byte[bytes.length()];
    bytes.copyTo(copy, 0);
    in = ByteBuffer.wrap(copy);
  }

  long[] deltaDelta() {
    expect(4, in.get(), "algorithm");
    expect(0, in.get(), "nulls");
    long last = in.getLong();
    long lastDelta = in.getLong();
    long[] values = simple8b();
    long value = 0;
    long delta = 0;
    for (int i = 0; i < values.length; i++) {
      delta += (values[i] >>> 1) ^ -(values[i] & 1);
      value += delta;
      values[i] = value;
    }
    expect(last, value, "last value");
    expect(lastDelta, delta, "last delta");
    expect(0, in.remaining(), "bytes left");
    return values;
  }

  long[] gorilla() {
    expect(3, in.get(), "algorithm");
    expect(0, in.get(), "nulls");
    long last = in.getLong();
    long[] changed = simple8b();
    long[] newWidth = simple8b();
    Bits leadingZeros = new Bits();
    long[] widths = simple8b();
    Bits changes = new Bits();
    long[] values = new long[changed.length];
    long value = 0;
    int change = 0;
    int width = 0;
    int widthAt = 0;
    int leading = 0;
    for (int i = 0; i < values.length; i++) {
      if (changed[i] == 1) {
        if (newWidth[change++] == 1) {
          leading = (int) leadingZeros.next(6);
          width = (int) widths[widthAt++];
        }
        value ^= changes.next(width) << (64 - leading - width & 63);
      }
      values[i] = value;
    }
    expect(newWidth.length, change, "changes");
    expect(widths.length, widthAt, "widths");
    expect(last, value, "last value");
    expect(0, in.remaining(), "bytes left");
    return values;
  }

  private long[] simple8b() {
    long[] values = new long[in.getInt()];
    int blocks = in.getInt();
    long[] selectors = new long[(blocks + 15) / 16];
    for (int i = 0; i < selectors.length; i++) {
      selectors[i] = in.getLong();
    }
    int at = 0;
    for (int block = 0; block < blocks; block++) {
      int selector = (int) (selectors[block / 16] >>> (block % 16 * 4)) & 15;
      long data = in.getLong();
      if (selector == 15) {
        for (long n = data >>> 36; n > 0; n--) {
          values[at++] = data & (1L << 36) - 1;
        }
        continue;
      }
      for (int i = 0; i < NUMBERS[selector]; i++) {
        long value = BITS[selector] == 64 ? data : data & (1L << BITS[selector]) - 1;
        data = BITS[selector] == 64 ? 0 : data >>> BITS[selector];
        if (at < values.length) {
          values[at++] = value;
        } else {
          expect(blocks - 1, block, "only the last block may have room left, but");
          expect(0, value, "unused place");
        }
      }
    }
    expect(values.length, at, "numbers");
    return values;
  }

  /** Bits, lowest first. */
  private final class Bits {
    private final long[] buckets = new long[in.getInt()];
    private int at;

    Bits() {
      int used = in.get();
      if (used < 0 || used > 64 || (buckets.length == 0) != (used == 0)) {
        throw new AssertionError(used + " bits used of the last of " + buckets.length);
      }
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = in.getLong();
      }
    }

    long next(int bits) {
      long value = 0;
      for (int i = 0; i < bits; i++, at++) {
        value |= (buckets[at / 64] >>> at % 64 & 1) << i;
      }
      return value;
    }
  }

  private static void expect(long expected, long found, String what) {
    if (expected != found) {
      throw new AssertionError(what + ": " + found + " instead of " + expected);
    }
  }
}
