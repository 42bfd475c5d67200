// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.util.Arrays;

/**
 * Estimates how small PostgreSQL's compression (pglz) makes values: a repetition of three bytes or
 * more within 4 kB takes two or three bytes, and every item a bit.
 */
final class PglzEstimate {
  private static final int MIN_MATCH = 3;
  private static final int LONG_MATCH = 17;
  private static final int MAX_MATCH = 273;
  private static final int HISTORY = 4_095;
  private static final int HASH_BITS = 12;

  private final int[] last = new int[1 << HASH_BITS];
  private byte[] data = new byte[4_096];

  /** The number of bytes that the values of a series take when compressed. */
  int bytes(SeriesColumn series) {
    int length = fill(series);
    Arrays.fill(last, -1);
    int bits = 0;
    int at = 0;
    while (at < length) {
      int match = match(at, length);
      bits += match == 0 ? 9 : match > LONG_MATCH ? 25 : 17;
      at += Math.max(1, match);
    }
    return (bits + 7) / 8;
  }

  /** As they are stored, the lowest byte first. */
  private int fill(SeriesColumn series) {
    int length = series.count() * Long.BYTES;
    if (data.length < length) {
      data = new byte[length];
    }
    for (int i = 0; i < series.count(); i++) {
      long bits = series.bits(i);
      for (int b = 0; b < Long.BYTES; b++) {
        data[i * Long.BYTES + b] = (byte) (bits >>> (8 * b));
      }
    }
    return length;
  }

  private int match(int at, int length) {
    if (at + MIN_MATCH > length) {
      return 0;
    }
    int key = (data[at] & 0xff) | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16;
    int slot = (key * 0x9E3779B1) >>> (32 - HASH_BITS);
    int before = last[slot];
    last[slot] = at;
    if (before < 0 || at - before > HISTORY) {
      return 0;
    }
    int match = 0;
    while (match < MAX_MATCH && at + match < length && data[before + match] == data[at + match]) {
      match++;
    }
    return match < MIN_MATCH ? 0 : match;
  }
}
