// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.remoteread;

import java.util.Arrays;

/**
 * Up to 120 samples in Prometheus's XOR encoding (tsdb/chunkenc/xor.go): the time as the difference
 * of successive differences, the value as the XOR with the previous one.
 */
final class XorChunk {
  /** As many as Prometheus puts into a chunk. */
  static final int MAX_SAMPLES = 120;

  private static final int NO_WINDOW = 0xff;
  private static final int MAX_LEADING = 31;

  private byte[] bytes = new byte[128];
  private int length = 2; // the number of samples comes first
  private int freeBits;
  private int count;
  private long firstTime;
  private long time;
  private long delta;
  private long bits;
  private int leading = NO_WINDOW;
  private int trailing;

  boolean isFull() {
    return count == MAX_SAMPLES;
  }

  int count() {
    return count;
  }

  long firstTime() {
    return firstTime;
  }

  long lastTime() {
    return time;
  }

  /** Adds a sample; times ascend. */
  void add(long sampleTime, long valueBits) {
    if (count == 0) {
      firstTime = sampleTime;
      writeUvarint((sampleTime << 1) ^ (sampleTime >> 63));
      write(valueBits, 64);
    } else {
      long newDelta = sampleTime - time;
      if (count == 1) {
        writeUvarint(newDelta);
      } else {
        writeDeltaOfDelta(newDelta - delta);
      }
      delta = newDelta;
      writeXor(valueBits ^ bits);
    }
    time = sampleTime;
    bits = valueBits;
    count++;
  }

  private void writeDeltaOfDelta(long value) {
    if (value == 0) {
      write(0, 1);
    } else if (fits(value, 14)) {
      write(0b10, 2);
      write(value, 14);
    } else if (fits(value, 17)) {
      write(0b110, 3);
      write(value, 17);
    } else if (fits(value, 20)) {
      write(0b1110, 4);
      write(value, 20);
    } else {
      write(0b1111, 4);
      write(value, 64);
    }
  }

  private static boolean fits(long value, int width) {
    return -((1L << (width - 1)) - 1) <= value && value <= 1L << (width - 1);
  }

  private void writeXor(long xor) {
    if (xor == 0) {
      write(0, 1);
      return;
    }
    write(1, 1);
    int newLeading = Math.min(Long.numberOfLeadingZeros(xor), MAX_LEADING);
    int newTrailing = Long.numberOfTrailingZeros(xor);
    if (leading != NO_WINDOW && newLeading >= leading && newTrailing >= trailing) {
      write(0, 1);
      write(xor >>> trailing, 64 - leading - trailing);
      return;
    }
    leading = newLeading;
    trailing = newTrailing;
    int significant = 64 - leading - trailing;
    write(1, 1);
    write(leading, 5);
    write(significant, 6); // 64 is written as 0
    write(xor >>> trailing, significant);
  }

  private void writeUvarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      write((rest & 0x7f) | 0x80, 8);
      rest >>>= 7;
    }
    write(rest, 8);
  }

  /** Appends the low bits of a value, the highest of them first. */
  private void write(long value, int width) {
    for (int left = width; left > 0; ) {
      if (freeBits == 0) {
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = 0;
        freeBits = 8;
      }
      int part = Math.min(left, freeBits);
      long chunk = (value >>> (left - part)) & ((1L << part) - 1);
      bytes[length - 1] |= (byte) (chunk << (freeBits - part));
      freeBits -= part;
      left -= part;
    }
  }

  /** The encoded chunk. */
  byte[] toBytes() {
    bytes[0] = (byte) (count >> 8);
    bytes[1] = (byte) count;
    return Arrays.copyOf(bytes, length);
  }
}
