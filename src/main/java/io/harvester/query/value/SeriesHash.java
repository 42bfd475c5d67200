// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The hash of a label set as Prometheus 3.5 computes it: {@code limit_ratio} shows it. */
public final class SeriesHash {
  private static final long PRIME1 = 0x9E3779B185EBCA87L;
  private static final long PRIME2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME3 = 0x165667B19E3779F9L;
  private static final long PRIME4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME5 = 0x27D4EB2F165667C5L;

  private SeriesHash() {}

  /** XXH64 of all names and values, each after its length. */
  public static long of(Labels labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < labels.size(); i++) {
      write(labels.name(i), bytes);
      write(labels.value(i), bytes);
    }
    return xxh64(bytes.toByteArray());
  }

  private static void write(String text, ByteArrayOutputStream out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < 255) {
      out.write(bytes.length);
    } else {
      out.write(255);
      out.write(bytes.length);
      out.write(bytes.length >> 8);
      out.write(bytes.length >> 16);
    }
    out.writeBytes(bytes);
  }

  private static long xxh64(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long hash = in.remaining() >= 32 ? stripes(in) : PRIME5;
    hash += bytes.length;
    while (in.remaining() >= 8) {
      hash ^= round(0, in.getLong());
      hash = Long.rotateLeft(hash, 27) * PRIME1 + PRIME4;
    }
    if (in.remaining() >= 4) {
      hash ^= (in.getInt() & 0xFFFFFFFFL) * PRIME1;
      hash = Long.rotateLeft(hash, 23) * PRIME2 + PRIME3;
    }
    while (in.hasRemaining()) {
      hash ^= (in.get() & 0xFF) * PRIME5;
      hash = Long.rotateLeft(hash, 11) * PRIME1;
    }
    hash = (hash ^ hash >>> 33) * PRIME2;
    hash = (hash ^ hash >>> 29) * PRIME3;
    return hash ^ hash >>> 32;
  }

  @SuppressWarnings("ConstantOverflow") // the sum of the primes is meant modulo 2^64
  private static long stripes(ByteBuffer in) {
    long a = PRIME1 + PRIME2;
    long b = PRIME2;
    long c = 0;
    long d = -PRIME1;
    while (in.remaining() >= 32) {
      a = round(a, in.getLong());
      b = round(b, in.getLong());
      c = round(c, in.getLong());
      d = round(d, in.getLong());
    }
    long hash =
        Long.rotateLeft(a, 1)
            + Long.rotateLeft(b, 7)
            + Long.rotateLeft(c, 12)
            + Long.rotateLeft(d, 18);
    for (long lane : new long[] {a, b, c, d}) {
      hash = (hash ^ round(0, lane)) * PRIME1 + PRIME4;
    }
    return hash;
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME2, 31) * PRIME1;
  }
}
