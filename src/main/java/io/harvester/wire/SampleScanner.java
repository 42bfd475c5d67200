// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** Scans one {@code Sample}. The message of 2.0 has one field more than that of 1.0. */
final class SampleScanner {
  /** {@code value} is field 1, fixed 64 bits. */
  private static final int VALUE = 1 << 3 | WireReader.FIXED64;

  /** {@code timestamp} is field 2, varint. */
  private static final int TIMESTAMP = 2 << 3 | WireReader.VARINT;

  /** {@code start_timestamp} is field 3, varint; 1.0 does not have it. */
  private static final int START_TIMESTAMP = 3 << 3 | WireReader.VARINT;

  private SampleScanner() {}

  /**
   * Scans the sample at whose length the reader is. All known senders write the fields in order and
   * omit zeros, so this order is tried first.
   *
   * <pre>
   * message Sample {
   *   double value = 1;
   *   int64 timestamp = 2;
   *   int64 start_timestamp = 3; // 2.0 only
   * }
   * </pre>
   */
  static void scan(WireReader reader, DecodedRequest out, boolean v2)
      throws MalformedRequestException, RequestTooLargeException {
    int outer = reader.end;
    int length = reader.length();
    int from = reader.at;
    int to = from + length;
    reader.end = to;
    byte[] in = reader.in;
    long bits = 0;
    long time = 0;
    long start = 0;
    if (length > 8 && in[from] == VALUE) {
      bits = LittleEndian.long64(in, from + 1);
      reader.at = from + 9;
    }
    if (reader.at < to && in[reader.at] == TIMESTAMP) {
      reader.at++;
      time = reader.varint64();
    }
    if (v2 && reader.at < to && in[reader.at] == START_TIMESTAMP) {
      reader.at++;
      start = reader.varint64();
    }
    if (reader.at < to) {
      anyOrder(reader, out, v2, from);
    } else {
      out.addSample(time, bits, start);
      out.hasSampleStartTimes |= start != 0;
    }
    reader.end = outer;
  }

  private static void anyOrder(WireReader reader, DecodedRequest out, boolean v2, int from)
      throws MalformedRequestException, RequestTooLargeException {
    reader.at = from;
    long bits = 0;
    long time = 0;
    long start = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == VALUE) {
        bits = reader.fixed64();
      } else if (tag == TIMESTAMP) {
        time = reader.varint64();
      } else if (v2 && tag == START_TIMESTAMP) {
        start = reader.varint64();
      } else {
        reader.skip(tag, 2);
      }
    }
    out.addSample(time, bits, start);
    out.hasSampleStartTimes |= start != 0;
  }
}
