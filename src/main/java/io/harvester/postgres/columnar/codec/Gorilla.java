package io.harvester.postgres.columnar.codec;

import io.harvester.postgres.pg.BinaryBuffer;

/**
 * Floating-point values, bit for bit, as what changed since the one before (Pelkonen and others,
 * "Gorilla", 2015, in the columns of TimescaleDB, tsl/src/compression/algorithms/gorilla.c).
 */
public final class Gorilla {
  private static final int ALGORITHM = 3;
  private static final int LEADING_ZEROS_BITS = 6;

  /** Beyond so many bits wasted it is better to write the width anew. */
  private static final int WASTE = 12;

  private final Simple8bRle numbers = new Simple8bRle();
  private final ByteReader reader = new ByteReader();
  private final BitArray leadingZeros = new BitArray();
  private final BitArray changes = new BitArray();
  private long[] changed = new long[1024];
  private long[] newWidth = new long[1024];
  private long[] widths = new long[1024];

  /** Adds the encoded values, given as their bits; there must be at least one. */
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
      int wasteBefore = zerosBefore - leading;
      int wasteAfter = zerosAfter - trailing;
      if (i > 0 && wasteBefore >= 0 && wasteAfter >= 0 && wasteBefore + wasteAfter <= WASTE) {
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
   * Reads so many values' bits, all that the column holds, into an array from a place on.
   *
   * @param column what {@link #encode} or TimescaleDB wrote
   * @throws UnreadableColumnException if it holds something else
   */
  public void decode(BinaryBuffer column, long[] into, int at, int count)
      throws UnreadableColumnException {
    reserve(count);
    reader.start(column);
    reader.expectByte(ALGORITHM, "algorithm");
    reader.expectByte(0, "nulls");
    long last = reader.nextLong();
    ByteReader.expect(numbers.decode(reader, changed, 0, count) == count, "length");
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
        ByteReader.expect(change < changeCount, "changes");
        if (newWidth[change++] != 0) {
          ByteReader.expect(nextWidth < widthCount, "widths");
          width = (int) widths[nextWidth++];
          shift = Long.SIZE - (int) leadingZeros.next(LEADING_ZEROS_BITS) - width;
          ByteReader.expect(width >= 0 && shift >= 0, "widths");
        }
        value ^= changes.next(width) << shift;
      }
      into[at + i] = value;
    }
    ByteReader.expect(value == last && change == changeCount && nextWidth == widthCount, "values");
  }

  private void reserve(int count) {
    if (changed.length < count) {
      changed = new long[count];
      newWidth = new long[count];
      widths = new long[count];
    }
  }
}
