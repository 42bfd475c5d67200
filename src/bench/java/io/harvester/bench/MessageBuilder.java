package io.harvester.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A protobuf message with holes: sample values and times are left open, everything else is fixed.
 * The message is a list of units. A unit is a byte (0–255), a byte of a time hole ({@link #TIME}…),
 * or a byte of a value hole (negative).
 */
final class MessageBuilder {
  /** First unit of time holes: byte {@code k} of hole {@code slot} is {@code TIME + 8*slot + k}. */
  static final int TIME = 256;

  /** A millisecond time between 1971 and 2109 is a varint of this many bytes. */
  static final int TIME_BYTES = 6;

  int[] unit = new int[4096];
  int length;
  private int valueHoles;

  void raw(int one) {
    if (length == unit.length) {
      unit = Arrays.copyOf(unit, length * 2);
    }
    unit[length++] = one;
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

  void text(int field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    lengthDelimited(field, bytes.length);
    raw(bytes);
  }

  void lengthDelimited(int field, int bytes) {
    raw(field << 3 | 2);
    varint(bytes);
  }

  void message(int field, MessageBuilder inner) {
    lengthDelimited(field, inner.length);
    for (int i = 0; i < inner.length; i++) {
      raw(inner.unit[i]);
    }
  }

  void number(int field, long value) {
    if (value != 0) {
      raw(field << 3);
      varint(value);
    }
  }

  /** A double that is known now; proto3 leaves zero off the wire. */
  void fixedDouble(int field, double value) {
    long bits = Double.doubleToRawLongBits(value);
    if (bits != 0) {
      raw(field << 3 | 1);
      for (int shift = 0; shift < 64; shift += 8) {
        raw((int) (bits >>> shift) & 0xFF);
      }
    }
  }

  /** A double that is filled in later; {@code hole} counts from 0 over the whole request. */
  void openDouble(int field, int hole) {
    raw(field << 3 | 1);
    for (int k = 0; k < 8; k++) {
      raw(-1 - (hole * 8 + k));
    }
  }

  /** A time that is filled in later; one slot may stand in many places. */
  void openTime(int field, int slot) {
    raw(field << 3);
    for (int k = 0; k < TIME_BYTES; k++) {
      raw(TIME + slot * 8 + k);
    }
  }

  /** The message as it stands; it must have no holes. */
  byte[] bytes() {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) unit[i];
    }
    return bytes;
  }

  /** The number of the next value hole. */
  int nextHole() {
    return valueHoles++;
  }

  int holes() {
    return valueHoles;
  }
}
