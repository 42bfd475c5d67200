package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BinaryBuffer;
import java.util.Arrays;

/**
 * Bits in 64-bit buckets, lowest first; a value may lie across two buckets (TimescaleDB,
 * src/adts/bit_array_impl.h).
 */
final class BitArray {
  private long[] buckets = new long[64];
  private int count;
  private int usedInLast;
  private int read;

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

  void writeTo(BinaryBuffer out) {
    out.putInt(count);
    out.putByte(usedInLast);
    out.putLongs(buckets, count);
  }

  /** Takes what {@link #writeTo} wrote, to be read from its first bit on. */
  void readFrom(ByteReader in, int maxBits) throws UnreadableColumnException {
    count = in.nextCount((maxBits + 63) / 64);
    usedInLast = in.nextByte();
    ByteReader.expect(usedInLast >= 0 && usedInLast <= 64, "bits");
    if (buckets.length < count) {
      buckets = new long[count];
    }
    in.nextLongs(buckets, count);
    read = 0;
  }

  /** The next bits, of those that were taken. */
  long next(int bits) throws UnreadableColumnException {
    if (bits == 0) {
      return 0;
    }
    int bucket = read >>> 6;
    int used = read & 63;
    read += bits;
    ByteReader.expect(read <= (count - 1) * 64 + usedInLast, "bits");
    long value = buckets[bucket] >>> used;
    if (used + bits > 64) {
      value |= buckets[bucket + 1] << (64 - used);
    }
    return bits == 64 ? value : value & ((1L << bits) - 1);
  }
}
