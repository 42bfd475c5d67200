package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BigEndian;
import io.harvester.postgres.pg.BinaryBuffer;

/** Reads numbers in network order, never beyond the end of a column. */
final class ByteReader {
  private byte[] bytes = {};
  private int at;
  private int end;

  /** The next column. */
  void start(BinaryBuffer column) {
    bytes = column.array();
    at = 0;
    end = column.length();
  }

  int nextByte() throws UnreadableColumnException {
    return bytes[take(1)];
  }

  int nextInt() throws UnreadableColumnException {
    return BigEndian.getInt(bytes, take(4));
  }

  long nextLong() throws UnreadableColumnException {
    return BigEndian.getLong(bytes, take(8));
  }

  /** Reads so many numbers of eight bytes each. */
  void nextLongs(long[] into, int count) throws UnreadableColumnException {
    int from = take(count * 8);
    for (int i = 0; i < count; i++) {
      into[i] = BigEndian.getLong(bytes, from + i * 8);
    }
  }

  /** How many elements follow; never more than there may be. */
  int nextCount(int max) throws UnreadableColumnException {
    int count = nextInt();
    expect(count >= 0 && count <= max, "the number of elements");
    return count;
  }

  void expectByte(int expected, String what) throws UnreadableColumnException {
    expect(nextByte() == expected, what);
  }

  void expectEnd() throws UnreadableColumnException {
    expect(at == end, "its end");
  }

  static void expect(boolean holds, String what) throws UnreadableColumnException {
    if (!holds) {
      throw new UnreadableColumnException("a compressed column has another form: " + what);
    }
  }

  private int take(int count) throws UnreadableColumnException {
    expect(end - at >= count, "its end");
    at += count;
    return at - count;
  }
}
