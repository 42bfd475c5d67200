// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/**
 * The only sample of a series, in the encoding of all known senders: {@code 12 10 09 value 10
 * time}, or {@code 12 07 10 time} if the value is zero.
 */
final class LoneSample {
  /** Tag and length of the field, then the tag of the value. */
  private static final int WITH_VALUE = 0x091012;

  private static final int WITH_VALUE_BYTES = 18;

  /** Tag and length of the field, then the tag of the time. */
  private static final int ZERO = 0x100712;

  private static final int ZERO_BYTES = 9;

  /** A time from 1971 to 2109 in milliseconds is a varint of six bytes. */
  private static final int TIME_BYTES = 6;

  private static final long TIME_MASK = 0xFFFFFFFFFFFFL;
  private static final long CONTINUATION_MASK = 0x808080808080L;
  private static final long CONTINUATION = 0x008080808080L;
  private static final byte TIME_TAG = 2 << 3 | WireReader.VARINT;

  private LoneSample() {}

  /**
   * Finds the sample at the end of a series message, where all known senders of 1.0 put it. The
   * bytes before it are then the labels. They need no parsing if their hash is known from a parsed
   * series, because the same bytes are the same labels.
   *
   * @return start of the field; -1: the message does not end with exactly one sample after labels
   */
  static int find(byte[] in, int start, int end) {
    int field = startOf(in, start, end);
    return field <= start || startOf(in, start, field) >= 0 ? -1 : field;
  }

  /** Adds the sample whose field {@link #find} or {@link #endOf} found. */
  static void add(byte[] in, int field, int end, DecodedRequest out)
      throws RequestTooLargeException {
    long bits = end - field == ZERO_BYTES ? 0 : LittleEndian.long64(in, field + 3);
    long time = LittleEndian.long64(in, end - TIME_BYTES) & TIME_MASK;
    out.addSample(WireReader.sevenBitGroups(time), bits, 0);
  }

  /** Start of the sample field that ends at a position; -1: none does. */
  private static int startOf(byte[] in, int start, int end) {
    if (end - start < ZERO_BYTES || !isTimeBefore(in, end)) {
      return -1;
    }
    if (LittleEndian.triple24(in, end - ZERO_BYTES) == ZERO) {
      return end - ZERO_BYTES;
    }
    int field = end - WITH_VALUE_BYTES;
    return field >= start && LittleEndian.triple24(in, field) == WITH_VALUE ? field : -1;
  }

  /** End of the sample field that starts at a position, up to the limit; -1: none does. */
  static int endOf(byte[] in, int field, int limit) {
    int head = LittleEndian.triple24(in, field);
    int end = field + (head == WITH_VALUE ? WITH_VALUE_BYTES : ZERO_BYTES);
    return (head == WITH_VALUE || head == ZERO) && end <= limit && isTimeBefore(in, end) ? end : -1;
  }

  private static boolean isTimeBefore(byte[] in, int end) {
    return in[end - TIME_BYTES - 1] == TIME_TAG
        && (LittleEndian.long64(in, end - TIME_BYTES) & CONTINUATION_MASK) == CONTINUATION;
  }
}
