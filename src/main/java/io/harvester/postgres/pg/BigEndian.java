// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Loads and stores of big-endian numbers in a byte array, the byte order of PostgreSQL's binary
 * formats. Each is one machine instruction plus a byte swap, at any offset.
 */
public final class BigEndian {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BigEndian() {}

  /** Reads the four bytes from offset {@code at}. */
  public static int getInt(byte[] from, int at) {
    return (int) INT.get(from, at);
  }

  /** Reads the eight bytes from offset {@code at}. */
  public static long getLong(byte[] from, int at) {
    return (long) LONG.get(from, at);
  }

  /** Writes the lower two bytes of a value at offset {@code at}. */
  public static void putShort(byte[] into, int at, int value) {
    SHORT.set(into, at, (short) value);
  }

  /** Writes four bytes at offset {@code at}. */
  public static void putInt(byte[] into, int at, int value) {
    INT.set(into, at, value);
  }

  /** Writes eight bytes at offset {@code at}. */
  public static void putLong(byte[] into, int at, long value) {
    LONG.set(into, at, value);
  }
}
