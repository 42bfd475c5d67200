// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.util.Arrays;

/**
 * Compresses a message with placeholders into snappy's block format, once, so that it can be sent
 * repeatedly with other values and times. A value placeholder becomes a literal. A time placeholder
 * becomes a literal at its first occurrence and copies of it at the others. Filling a placeholder
 * then overwrites a few bytes of the compressed form. Any snappy reader accepts the result, and its
 * size is about that of an ordinary snappy writer.
 */
final class SnappyTemplate {
  private static final int HASH_BITS = 14;
  private static final int MIN_MATCH = 4;
  private static final int MAX_DISTANCE = 65535;

  private final MessageBuilder in;
  private byte[] out;
  private int length;

  /** Offset in the output of each value placeholder's eight bytes. */
  final int[] valueAt;

  /** Pairs: offset in the output, and unit (minus TIME) of the time byte that belongs there. */
  int[] timeAt = new int[2 * MessageBuilder.TIME_BYTES];

  int timeBytes;

  private SnappyTemplate(MessageBuilder in) {
    this.in = in;
    this.out = new byte[in.length / 2 + 64];
    this.valueAt = new int[in.values()];
  }

  static SnappyTemplate compress(MessageBuilder message) {
    SnappyTemplate snappy = new SnappyTemplate(message);
    snappy.preamble(message.length);
    snappy.body();
    return snappy;
  }

  byte[] bytes() {
    return Arrays.copyOf(out, length);
  }

  private void body() {
    int[] lastSeen = new int[1 << HASH_BITS];
    Arrays.fill(lastSeen, -1);
    int literalStart = 0;
    int at = 0;
    while (at + MIN_MATCH <= in.length) {
      int hash = hash(at);
      int candidate = lastSeen[hash];
      lastSeen[hash] = at;
      int match = candidate >= 0 && at - candidate <= MAX_DISTANCE ? matchLength(candidate, at) : 0;
      if (match < MIN_MATCH) {
        at++;
        continue;
      }
      literal(literalStart, at);
      copy(at - candidate, match);
      at += match;
      literalStart = at;
    }
    literal(literalStart, in.length);
  }

  private int hash(int at) {
    int mixed = 0;
    for (int k = 0; k < MIN_MATCH; k++) {
      mixed = (mixed ^ in.unit[at + k]) * 0x9E3779B1;
      mixed ^= mixed >>> 15;
    }
    return mixed >>> (32 - HASH_BITS);
  }

  /** Value placeholders never match: their units are all different. */
  private int matchLength(int earlier, int at) {
    int n = 0;
    while (at + n < in.length && in.unit[earlier + n] == in.unit[at + n]) {
      n++;
    }
    return n;
  }

  private void preamble(int size) {
    int rest = size;
    while ((rest & ~0x7F) != 0) {
      put((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    put(rest);
  }

  private void literal(int start, int end) {
    int n = end - start - 1;
    if (n < 0) {
      return;
    }
    if (n < 60) {
      put(n << 2);
    } else {
      int bytes = n < 1 << 8 ? 1 : n < 1 << 16 ? 2 : 3;
      put((59 + bytes) << 2);
      for (int k = 0; k < bytes; k++) {
        put(n >>> (8 * k));
      }
    }
    for (int i = start; i < end; i++) {
      literalUnit(in.unit[i]);
    }
  }

  private void literalUnit(int unit) {
    if (unit < 0 && (-1 - unit) % 8 == 0) {
      valueAt[(-1 - unit) / 8] = length;
    } else if (unit >= MessageBuilder.TIME) {
      if (timeBytes * 2 == timeAt.length) {
        timeAt = Arrays.copyOf(timeAt, timeAt.length * 2);
      }
      timeAt[timeBytes * 2] = length;
      timeAt[timeBytes * 2 + 1] = unit - MessageBuilder.TIME;
      timeBytes++;
    }
    put(unit);
  }

  private void copy(int distance, int total) {
    int rest = total;
    while (rest > 0) {
      int n = rest >= 64 + MIN_MATCH ? 64 : Math.min(rest, rest > 64 ? 60 : 64);
      if (n >= 4 && n < 12 && distance < 2048) {
        put((distance >>> 8) << 5 | (n - 4) << 2 | 1);
        put(distance);
      } else {
        put((n - 1) << 2 | 2);
        put(distance);
        put(distance >>> 8);
      }
      rest -= n;
    }
  }

  private void put(int value) {
    if (length == out.length) {
      out = Arrays.copyOf(out, length * 2);
    }
    out[length++] = (byte) value;
  }
}
