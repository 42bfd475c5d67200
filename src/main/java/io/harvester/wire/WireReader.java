// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/**
 * A cursor over protobuf's wire format. It accepts exactly what protobuf-java's {@code
 * CodedInputStream} accepts, including overlong numbers: a varint may have up to ten bytes, and the
 * upper bits of a 32-bit number are dropped.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH_DELIMITED = 2;
  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  /** The maximum nesting of messages and groups in protobuf-java. */
  private static final int MAX_DEPTH = 100;

  private static final long CONTINUATION = 0x8080808080808080L;

  private static final byte[] EMPTY = new byte[LittleEndian.PADDING];

  /** The input; {@link LittleEndian#PADDING} bytes must follow the content. */
  byte[] in = EMPTY;

  /** Position of the next byte. */
  int at;

  /** End of the current message (exclusive). */
  int end;

  /** Enters the message in a range of the input. */
  void enter(int from, int to) {
    at = from;
    end = to;
  }

  boolean hasMore() {
    return at < end;
  }

  /**
   * Reads field number and wire type. {@link #hasMore} must be true. Field number 0 is malformed.
   */
  int tag() throws MalformedRequestException {
    int start = at;
    int tag = in[start];
    if (tag > 7) {
      at = start + 1;
      return tag;
    }
    tag = varint32();
    if (tag >>> 3 == 0) {
      throw malformed("field number 0", start);
    }
    return tag;
  }

  /** Reads the length of a length-delimited field and checks that the field fits the message. */
  int length() throws MalformedRequestException {
    int start = at;
    int length = varint32();
    if (length < 0) {
      throw malformed("negative length", start);
    }
    if (length > end - at) {
      throw malformed("truncated field", start);
    }
    return length;
  }

  /** Enters a length-delimited field, which is usually short, and returns its end. */
  int endOfField() throws MalformedRequestException {
    int start = at + 1;
    int fieldEnd = start + in[at];
    if (fieldEnd >= start && fieldEnd <= end) {
      at = start;
      return fieldEnd;
    }
    int length = length();
    return at + length;
  }

  /** Reads a 32-bit number, which usually has one or two bytes. */
  int varint32() throws MalformedRequestException {
    int p = at;
    int room = end - p;
    if (room > 0 && in[p] >= 0) {
      at = p + 1;
      return in[p];
    }
    if (room > 1 && in[p + 1] >= 0) {
      at = p + 2;
      return (in[p] & 0x7F) | in[p + 1] << 7;
    }
    return (int) varint64();
  }

  /** Reads up to eight bytes at once: the first byte with a clear top bit is the last one. */
  long varint64() throws MalformedRequestException {
    long word = LittleEndian.long64(in, at);
    long stops = ~word & CONTINUATION;
    if (stops == 0) {
      return longVarint();
    }
    int length = (Long.numberOfTrailingZeros(stops) >>> 3) + 1;
    if (length > end - at) {
      throw malformed("truncated number", at);
    }
    at += length;
    return sevenBitGroups(word & (stops ^ (stops - 1)));
  }

  long fixed64() throws MalformedRequestException {
    if (end - at < 8) {
      throw malformed("truncated field", at);
    }
    long value = LittleEndian.long64(in, at);
    at += 8;
    return value;
  }

  /** Skips the content of a field; {@code depth}: number of messages that enclose it. */
  void skip(int tag, int depth) throws MalformedRequestException {
    switch (tag & 7) {
      case VARINT -> varint64();
      case FIXED64 -> skipBytes(8);
      case LENGTH_DELIMITED -> {
        int length = length();
        at += length;
      }
      case START_GROUP -> skipGroup(tag >>> 3, depth);
      case FIXED32 -> skipBytes(4);
      default -> throw malformed("wire type " + (tag & 7) + " is not allowed here", at);
    }
  }

  MalformedRequestException malformed(String what, int offset) {
    return new MalformedRequestException("malformed protobuf at byte " + offset + ": " + what);
  }

  private void skipGroup(int field, int depth) throws MalformedRequestException {
    if (depth >= MAX_DEPTH) {
      throw malformed("nested too deeply", at);
    }
    while (hasMore()) {
      int tag = tag();
      if ((tag & 7) == END_GROUP) {
        if (tag >>> 3 != field) {
          throw malformed("end tag of another group", at);
        }
        return;
      }
      skip(tag, depth + 1);
    }
    throw malformed("unfinished group", at);
  }

  private void skipBytes(int count) throws MalformedRequestException {
    if (end - at < count) {
      throw malformed("truncated field", at);
    }
    at += count;
  }

  /** Reads nine or ten bytes; bits above the 64th are dropped. */
  private long longVarint() throws MalformedRequestException {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= end) {
        throw malformed("truncated number", start);
      }
      byte next = in[at++];
      if (shift < 64) {
        value |= (next & 0x7FL) << shift;
      }
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("number of more than ten bytes", start);
  }

  /**
   * Joins the lower seven bits of each byte: the number that a varint of up to eight bytes means.
   */
  static long sevenBitGroups(long word) {
    long w = word & 0x7F7F7F7F7F7F7F7FL;
    w = (w & 0x007F007F007F007FL) | (w & 0x7F007F007F007F00L) >>> 1;
    w = (w & 0x00003FFF00003FFFL) | (w & 0x3FFF00003FFF0000L) >>> 2;
    return (w & 0x000000000FFFFFFFL) | (w & 0x0FFFFFFF00000000L) >>> 4;
  }
}
