// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A protobuf message with placeholders for sample values and times; everything else is fixed. The
 * message is a list of units. A unit is a byte (0–255), a byte of a time placeholder ({@link #TIME}
 * and above), or a byte of a value placeholder (negative).
 */
public final class MessageBuilder {
  /**
   * First unit of times: byte {@code k} of the time of slot {@code s} is {@code TIME + 8*s + k}.
   */
  static final int TIME = 256;

  /** A millisecond time between 1971 and 2109 is a varint of this many bytes. */
  static final int TIME_BYTES = 6;

  int[] unit = new int[4096];
  int length;
  private int values;

  void raw(int next) {
    if (length == unit.length) {
      unit = Arrays.copyOf(unit, length * 2);
    }
    unit[length++] = next;
  }

  void raw(byte[] bytes) {
    for (byte b : bytes) {
      raw(b & 0xFF);
    }
  }

  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      raw((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    raw((int) rest);
  }

  /** Appends a string field. */
  public void text(int field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    lengthDelimited(field, bytes.length);
    raw(bytes);
  }

  void lengthDelimited(int field, int bytes) {
    raw(field << 3 | 2);
    varint(bytes);
  }

  /** Appends a nested message. */
  public void message(int field, MessageBuilder inner) {
    lengthDelimited(field, inner.length);
    for (int i = 0; i < inner.length; i++) {
      raw(inner.unit[i]);
    }
  }

  /** Appends a varint field; proto3 omits zero. */
  public void number(int field, long value) {
    if (value != 0) {
      raw(field << 3);
      varint(value);
    }
  }

  /** Appends a double that never changes; proto3 omits zero. */
  void fixedDouble(int field, double value) {
    long bits = Double.doubleToRawLongBits(value);
    if (bits != 0) {
      raw(field << 3 | 1);
      for (int shift = 0; shift < 64; shift += 8) {
        raw((int) (bits >>> shift) & 0xFF);
      }
    }
  }

  /** Appends a placeholder for a double; {@code index} counts from 0 over the whole request. */
  void openDouble(int field, int index) {
    raw(field << 3 | 1);
    for (int k = 0; k < 8; k++) {
      raw(-1 - (index * 8 + k));
    }
  }

  /** Appends a placeholder for a time; all placeholders of a slot get the same time. */
  void openTime(int field, int slot) {
    raw(field << 3);
    for (int k = 0; k < TIME_BYTES; k++) {
      raw(TIME + slot * 8 + k);
    }
  }

  /** The encoded message; it must not have placeholders. */
  public byte[] bytes() {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) unit[i];
    }
    return bytes;
  }

  /** The index of a new value placeholder. */
  int nextValue() {
    return values++;
  }

  /** Number of value placeholders. */
  int values() {
    return values;
  }
}
