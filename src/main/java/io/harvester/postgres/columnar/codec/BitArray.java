// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BinaryBuffer;
import java.util.Arrays;

/**
 * TimescaleDB's bit array (src/adts/bit_array_impl.h): values of any width in 64-bit buckets,
 * lowest bit first. A value may span two buckets.
 */
final class BitArray {
  private long[] buckets = new long[64];
  private int count;
  private int usedInLast;
  private int read;

  /** Removes all bits. */
  void clear() {
    count = 0;
    usedInLast = 0;
  }

  /** Appends the lowest {@code bits} bits of a value, in which all higher bits are zero. */
  void append(long value, int bits) {
    if (bits == 0) {
      return;
    }
    if (count == 0 || usedInLast == 64) {
      addBucket(value, bits);
      return;
    }
    buckets[count - 1] |= value << usedInLast;
    int free = 64 - usedInLast;
    if (bits <= free) {
      usedInLast += bits;
    } else {
      addBucket(value >>> free, bits - free);
    }
  }

  private void addBucket(long value, int bits) {
    if (count == buckets.length) {
      buckets = Arrays.copyOf(buckets, count * 2);
    }
    buckets[count++] = value;
    usedInLast = bits;
  }

  /** Appends all bits to a column. */
  void writeTo(BinaryBuffer out) {
    out.putInt(count);
    out.putByte(usedInLast);
    out.putLongs(buckets, count);
  }

  /**
   * Replaces the bits by those that {@link #writeTo} wrote, to be read by {@link #next}.
   *
   * @param maxBits largest accepted number of bits
   */
  void readFrom(ByteReader in, int maxBits) throws UnreadableColumnException {
    count = in.nextCount((maxBits + 63) / 64);
    usedInLast = in.nextByte();
    ByteReader.expect(usedInLast >= 0 && usedInLast <= 64, "number of bits");
    if (buckets.length < count) {
      buckets = new long[count];
    }
    in.nextLongs(buckets, count);
    read = 0;
  }

  /** Reads the next {@code bits} bits. */
  long next(int bits) throws UnreadableColumnException {
    if (bits == 0) {
      return 0;
    }
    int bucket = read >>> 6;
    int used = read & 63;
    read += bits;
    ByteReader.expect(read <= (count - 1) * 64 + usedInLast, "number of bits");
    long value = buckets[bucket] >>> used;
    if (used + bits > 64) {
      value |= buckets[bucket + 1] << (64 - used);
    }
    return bits == 64 ? value : value & ((1L << bits) - 1);
  }
}
