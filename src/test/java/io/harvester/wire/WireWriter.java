// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes protobuf by hand, so that tests can write messages that no generated class writes. */
final class WireWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static byte[] message(Consumer<WireWriter> content) {
    WireWriter writer = new WireWriter();
    content.accept(writer);
    return writer.toBytes();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  WireWriter tag(int field, int wireType) {
    return number((long) field << 3 | wireType);
  }

  WireWriter varint(int field, long value) {
    return tag(field, WireReader.VARINT).number(value);
  }

  WireWriter fixed64(int field, long bits) {
    tag(field, WireReader.FIXED64);
    for (int i = 0; i < 64; i += 8) {
      out.write((int) (bits >>> i));
    }
    return this;
  }

  WireWriter fixed32(int field, int bits) {
    tag(field, WireReader.FIXED32);
    for (int i = 0; i < 32; i += 8) {
      out.write(bits >>> i);
    }
    return this;
  }

  WireWriter bytes(int field, byte[] content) {
    return tag(field, WireReader.LENGTH_DELIMITED).number(content.length).raw(content);
  }

  WireWriter string(int field, String content) {
    return bytes(field, content.getBytes(StandardCharsets.UTF_8));
  }

  WireWriter message(int field, Consumer<WireWriter> content) {
    return bytes(field, message(content));
  }

  /** A varint of minimum length. */
  WireWriter number(long value) {
    int bits = Math.max(1, 64 - Long.numberOfLeadingZeros(value));
    return number(value, (bits + 6) / 7);
  }

  /** A varint of a given length, padded with zeros if necessary. */
  WireWriter number(long value, int length) {
    long rest = value;
    for (int i = 1; i < length; i++) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) (rest & 0x7F));
    return this;
  }

  WireWriter raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }
}
