// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BinaryBuffer;

/**
 * TimescaleDB's codec for integers and timestamps: differences of differences
 * (tsl/src/compression/algorithms/deltadelta.c). Differences wrap around, so it is lossless. Reused
 * from column to column by one thread.
 */
public final class DeltaDelta {
  private static final int ALGORITHM = 4;

  private final Simple8bRle numbers = new Simple8bRle();
  private final ByteReader reader = new ByteReader();
  private long[] encoded = new long[1024];

  /** Appends a column of the first {@code count} values, at least one, to {@code out}. */
  public void encode(long[] values, int count, BinaryBuffer out) {
    if (encoded.length < count) {
      encoded = new long[count];
    }
    long previous = 0;
    long delta = 0;
    for (int i = 0; i < count; i++) {
      long next = values[i] - previous;
      long change = next - delta;
      encoded[i] = (change << 1) ^ (change >> 63); // zigzag: small for both signs
      previous = values[i];
      delta = next;
    }
    out.putByte(ALGORITHM);
    out.putByte(0); // no nulls
    out.putLong(previous);
    out.putLong(delta);
    numbers.encode(encoded, count, out);
  }

  /**
   * Decodes a column that {@link #encode} or TimescaleDB wrote.
   *
   * @param into receives the values, from index {@code at} on
   * @param count number of values in the column
   * @throws UnreadableColumnException if the column cannot be decoded to {@code count} values
   */
  public void decode(BinaryBuffer column, long[] into, int at, int count)
      throws UnreadableColumnException {
    reader.start(column);
    reader.expectByte(ALGORITHM, "algorithm");
    reader.expectByte(0, "nulls");
    long last = reader.nextLong();
    long lastDelta = reader.nextLong();
    int found = numbers.decode(reader, into, at, count);
    reader.expectEnd();
    long value = 0;
    long delta = 0;
    for (int i = at; i < at + count; i++) {
      long zigzag = into[i];
      delta += (zigzag >>> 1) ^ -(zigzag & 1);
      value += delta;
      into[i] = value;
    }
    ByteReader.expect(found == count && value == last && delta == lastDelta, "last value");
  }
}
