package io.harvester.postgres.pg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow, numbers in network order; kept and filled again from flush to flush. */
public final class BinaryBuffer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int length;

  /** None yet. */
  public BinaryBuffer() {
    bytes = new byte[1024];
  }

  /** These. */
  public BinaryBuffer(byte[] given) {
    bytes = given;
    length = given.length;
  }

  /** Empties it. */
  public void clear() {
    length = 0;
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  /** Adds one byte. */
  public void putByte(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  /** Adds four bytes. */
  public void putInt(int value) {
    reserve(4);
    INT.set(bytes, length, value);
    length += 4;
  }

  /** Adds eight bytes. */
  public void putLong(long value) {
    reserve(8);
    LONG.set(bytes, length, value);
    length += 8;
  }

  /** Adds numbers of eight bytes each. */
  public void putLongs(long[] values, int count) {
    reserve(count * 8);
    for (int i = 0; i < count; i++) {
      LONG.set(bytes, length, values[i]);
      length += 8;
    }
  }

  /** Adds what others hold. */
  public void put(BinaryBuffer others) {
    reserve(others.length);
    System.arraycopy(others.bytes, 0, bytes, length, others.length);
    length += others.length;
  }

  /** Overwrites four bytes, such as a length that was not known before. */
  public void setInt(int at, int value) {
    INT.set(bytes, at, value);
  }

  /** The array of which the first {@link #length} bytes are meant. */
  public byte[] array() {
    return bytes;
  }

  /** Copies everything to a place in an array that is large enough. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, length);
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
