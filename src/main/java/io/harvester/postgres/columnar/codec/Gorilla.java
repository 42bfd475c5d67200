// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BinaryBuffer;

/**
 * TimescaleDB's codec for floating-point values: the bits that differ from the previous value
 * (Pelkonen et al., "Gorilla", 2015; tsl/src/compression/algorithms/gorilla.c). Lossless for every
 * bit pattern. Reused from column to column by one thread.
 */
public final class Gorilla {
  private static final int ALGORITHM = 3;
  private static final int LEADING_ZEROS_BITS = 6;

  /** With more unused bits than this, a new width is shorter. */
  private static final int MAX_UNUSED_BITS = 12;

  private final Simple8bRle numbers = new Simple8bRle();
  private final ByteReader reader = new ByteReader();
  private final BitArray leadingZeros = new BitArray();
  private final BitArray changes = new BitArray();
  private long[] changed = new long[1024];
  private long[] newWidth = new long[1024];
  private long[] widths = new long[1024];

  /**
   * Appends a column of the first {@code count} values, at least one, to {@code out}.
   *
   * @param values the values' bits, as of {@link Double#doubleToRawLongBits}
   */
  public void encode(long[] values, int count, BinaryBuffer out) {
    reserve(count);
    leadingZeros.clear();
    changes.clear();
    int changeCount = 0;
    int widthCount = 0;
    long previous = 0;
    int leading = 0;
    int trailing = 0;
    int width = 0;
    for (int i = 0; i < count; i++) {
      long change = values[i] ^ previous;
      previous = values[i];
      if (change == 0 && i > 0) {
        changed[i] = 0;
        continue;
      }
      changed[i] = 1;
      // The first value needs a width even if it is zero.
      int zerosBefore = change == 0 ? 63 : Long.numberOfLeadingZeros(change);
      int zerosAfter = change == 0 ? 1 : Long.numberOfTrailingZeros(change);
      int unusedBefore = zerosBefore - leading;
      int unusedAfter = zerosAfter - trailing;
      if (i > 0
          && unusedBefore >= 0
          && unusedAfter >= 0
          && unusedBefore + unusedAfter <= MAX_UNUSED_BITS) {
        newWidth[changeCount++] = 0;
      } else {
        newWidth[changeCount++] = 1;
        leading = zerosBefore;
        trailing = zerosAfter;
        leadingZeros.append(leading, LEADING_ZEROS_BITS);
        width = 64 - leading - trailing;
        widths[widthCount++] = width;
      }
      changes.append(change >>> trailing, width);
    }
    out.putByte(ALGORITHM);
    out.putByte(0); // no nulls
    out.putLong(previous);
    numbers.encode(changed, count, out);
    numbers.encode(newWidth, changeCount, out);
    leadingZeros.writeTo(out);
    numbers.encode(widths, widthCount, out);
    changes.writeTo(out);
  }

  /**
   * Decodes a column that {@link #encode} or TimescaleDB wrote.
   *
   * @param into receives the values' bits, from index {@code at} on
   * @param count number of values in the column
   * @throws UnreadableColumnException if the column cannot be decoded to {@code count} values
   */
  public void decode(BinaryBuffer column, long[] into, int at, int count)
      throws UnreadableColumnException {
    reserve(count);
    reader.start(column);
    reader.expectByte(ALGORITHM, "algorithm");
    reader.expectByte(0, "nulls");
    long last = reader.nextLong();
    ByteReader.expect(numbers.decode(reader, changed, 0, count) == count, "number of values");
    int changeCount = numbers.decode(reader, newWidth, 0, count);
    leadingZeros.readFrom(reader, count * LEADING_ZEROS_BITS);
    int widthCount = numbers.decode(reader, widths, 0, changeCount);
    changes.readFrom(reader, count * Long.SIZE);
    reader.expectEnd();
    int change = 0;
    int nextWidth = 0;
    int width = 0;
    int shift = 0;
    long value = 0;
    for (int i = 0; i < count; i++) {
      if (changed[i] != 0) {
        ByteReader.expect(change < changeCount, "number of changes");
        if (newWidth[change++] != 0) {
          ByteReader.expect(nextWidth < widthCount, "number of widths");
          width = (int) widths[nextWidth++];
          shift = Long.SIZE - (int) leadingZeros.next(LEADING_ZEROS_BITS) - width;
          ByteReader.expect(width >= 0 && shift >= 0, "width");
        }
        value ^= changes.next(width) << shift;
      }
      into[at + i] = value;
    }
    ByteReader.expect(
        value == last && change == changeCount && nextWidth == widthCount, "last value");
  }

  private void reserve(int count) {
    if (changed.length < count) {
      changed = new long[count];
      newWidth = new long[count];
      widths = new long[count];
    }
  }
}
