// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.util.Arrays;

/**
 * A plain implementation of snappy's block format, byte by byte, for comparison.
 *
 * @see <a href="https://github.com/google/snappy/blob/main/format_description.txt">The format</a>
 */
final class PlainSnappy {
  private final byte[] in;
  private final byte[] out;
  private int at;
  private int written;

  private PlainSnappy(byte[] in, int start, int size) {
    this.in = in;
    this.at = start;
    this.out = new byte[size];
  }

  /** The content of a block; null if it is malformed or larger than the limit. */
  static byte[] decompress(byte[] block, int limit) {
    long size = 0;
    int at = 0;
    do {
      if (at == block.length || at == 5) {
        return null;
      }
      size |= (block[at] & 0x7FL) << (7 * at);
    } while (block[at++] < 0);
    if (size > limit) {
      return null;
    }
    PlainSnappy snappy = new PlainSnappy(block, at, (int) size);
    try {
      while (snappy.at < block.length) {
        snappy.element();
      }
    } catch (IndexOutOfBoundsException e) {
      return null;
    }
    return snappy.written == size ? snappy.out : null;
  }

  private void element() {
    int tag = in[at++] & 0xFF;
    switch (tag & 3) {
      case 0 -> literal(tag >>> 2);
      case 1 -> copy(4 + ((tag >>> 2) & 7), ((tag >>> 5) << 8) | number(1));
      case 2 -> copy(1 + (tag >>> 2), number(2));
      default -> copy(1 + (tag >>> 2), number(4));
    }
  }

  private void literal(int code) {
    long length = 1L + (code < 60 ? code : Integer.toUnsignedLong(number(code - 59)));
    if (length > in.length - at || length > out.length - written) {
      throw new IndexOutOfBoundsException();
    }
    System.arraycopy(in, at, out, written, (int) length);
    at += (int) length;
    written += (int) length;
  }

  private void copy(int length, int offset) {
    if (offset <= 0 || offset > written) {
      throw new IndexOutOfBoundsException();
    }
    for (int i = 0; i < length; i++) {
      out[written] = out[written - offset];
      written++;
    }
  }

  private int number(int bytes) {
    byte[] word = Arrays.copyOf(Arrays.copyOfRange(in, at, at + bytes), 8);
    if (at + bytes > in.length) {
      throw new IndexOutOfBoundsException();
    }
    at += bytes;
    return (int) LittleEndian.long64(word, 0);
  }
}
