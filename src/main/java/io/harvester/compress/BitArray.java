package io.harvester.compress;

import java.util.Arrays;

/**
 * Bits in 64-bit buckets, lowest first; a value may lie across two buckets (TimescaleDB,
 * src/adts/bit_array_impl.h).
 */
final class BitArray {
  private long[] buckets = new long[64];
  private int count;
  private int usedInLast;

  void clear() {
    count = 0;
    usedInLast = 0;
  }

  /** Appends the lowest bits of a value; the bits above them are zero. */
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

  void writeTo(Bytes out) {
    out.putInt(count);
    out.putByte(usedInLast);
    out.putLongs(buckets, count);
  }
}
