// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BigEndian;
import io.harvester.postgres.pg.BinaryBuffer;

/** Reads big-endian numbers from a compressed column, and never beyond its end. */
final class ByteReader {
  private byte[] bytes = {};
  private int at;
  private int end;

  /** Continues at the start of another column. */
  void start(BinaryBuffer column) {
    bytes = column.array();
    at = 0;
    end = column.length();
  }

  /** Reads one byte. */
  int nextByte() throws UnreadableColumnException {
    return bytes[take(1)];
  }

  /** Reads four bytes. */
  int nextInt() throws UnreadableColumnException {
    return BigEndian.getInt(bytes, take(4));
  }

  /** Reads eight bytes. */
  long nextLong() throws UnreadableColumnException {
    return BigEndian.getLong(bytes, take(8));
  }

  /** Reads {@code count} numbers of eight bytes each to the start of an array. */
  void nextLongs(long[] into, int count) throws UnreadableColumnException {
    int from = take(count * 8);
    for (int i = 0; i < count; i++) {
      into[i] = BigEndian.getLong(bytes, from + i * 8);
    }
  }

  /** Reads the number of elements that follow, which must be at most {@code max}. */
  int nextCount(int max) throws UnreadableColumnException {
    int count = nextInt();
    expect(count >= 0 && count <= max, "number of elements");
    return count;
  }

  /** Reads one byte, which must have a value. */
  void expectByte(int expected, String what) throws UnreadableColumnException {
    expect(nextByte() == expected, what);
  }

  /** Fails unless all of the column was read. */
  void expectEnd() throws UnreadableColumnException {
    expect(at == end, "length");
  }

  /** Fails unless a condition on {@code what} holds. */
  static void expect(boolean holds, String what) throws UnreadableColumnException {
    if (!holds) {
      throw new UnreadableColumnException("unexpected " + what + " in a compressed column");
    }
  }

  private int take(int count) throws UnreadableColumnException {
    expect(end - at >= count, "length");
    at += count;
    return at - count;
  }
}
