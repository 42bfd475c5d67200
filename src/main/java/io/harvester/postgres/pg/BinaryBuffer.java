// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.util.Arrays;

/** A growable byte array with numbers in big-endian order. Cleared and reused, never shrunk. */
public final class BinaryBuffer {
  private static final int DEFAULT_CAPACITY = 1024;

  private byte[] bytes;
  private int length;

  private BinaryBuffer(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /** An empty buffer with room for a kilobyte. */
  public BinaryBuffer() {
    this(new byte[DEFAULT_CAPACITY], 0);
  }

  /** A buffer whose content is the given array, which is not copied. */
  public BinaryBuffer(byte[] content) {
    this(content, content.length);
  }

  /** An empty buffer with the given initial capacity. */
  static BinaryBuffer ofCapacity(int capacity) {
    return new BinaryBuffer(new byte[capacity], 0);
  }

  /** Empties the buffer and keeps its capacity. */
  public void clear() {
    length = 0;
  }

  /** The number of bytes in the buffer. */
  public int length() {
    return length;
  }

  /** Appends one byte. */
  public void putByte(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  /** Appends four bytes. */
  public void putInt(int value) {
    reserve(4);
    BigEndian.putInt(bytes, length, value);
    length += 4;
  }

  /** Appends eight bytes. */
  public void putLong(long value) {
    reserve(8);
    BigEndian.putLong(bytes, length, value);
    length += 8;
  }

  /** Appends the first {@code count} values, eight bytes each. */
  public void putLongs(long[] values, int count) {
    reserve(count * 8);
    for (int i = 0; i < count; i++) {
      BigEndian.putLong(bytes, length, values[i]);
      length += 8;
    }
  }

  /** Appends the content of another buffer. */
  public void put(BinaryBuffer other) {
    reserve(other.length);
    System.arraycopy(other.bytes, 0, bytes, length, other.length);
    length += other.length;
  }

  /** Overwrites four bytes, such as a length that is known only at the end. */
  public void setInt(int at, int value) {
    BigEndian.putInt(bytes, at, value);
  }

  /** The backing array; only its first {@link #length} bytes are content. */
  public byte[] array() {
    return bytes;
  }

  /** Copies the content into an array, from offset {@code at} on. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, length);
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
