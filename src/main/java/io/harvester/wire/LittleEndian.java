// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian loads from any offset of a byte array, one machine instruction each. */
final class LittleEndian {
  /**
   * Number of bytes that must follow the content of an array. The scanners load whole words and
   * mask the bytes beyond the end, which avoids a loop over the last bytes.
   */
  static final int PADDING = 32;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static long long64(byte[] from, int at) {
    return (long) LONG.get(from, at);
  }

  /** Three bytes, as 0…0xFFFFFF; a fourth byte must be readable. */
  static int triple24(byte[] from, int at) {
    return (int) INT.get(from, at) & 0xFFFFFF;
  }

  /** Two bytes, as 0…65535. */
  static int short16(byte[] from, int at) {
    return (short) SHORT.get(from, at) & 0xFFFF;
  }
}
