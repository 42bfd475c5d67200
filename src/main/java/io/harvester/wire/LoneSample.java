package io.harvester.wire;

/**
 * The one sample of a series, as every known sender writes it: {@code 12 10 09 value 10 time}, or
 * {@code 12 07 10 time} if the value is zero.
 */
final class LoneSample {
  /** The field's tag and length, and the tag of the value. */
  private static final int WITH_VALUE = 0x091012;

  private static final int WITH_VALUE_BYTES = 18;

  /** The field's tag and length, and the tag of the time. */
  private static final int ZERO = 0x100712;

  private static final int ZERO_BYTES = 9;

  /** Times from 1971 to 2109 in milliseconds have six bytes; all but the last go on. */
  private static final int TIME_BYTES = 6;

  private static final long TIME_MASK = 0xFFFFFFFFFFFFL;
  private static final long GOES_ON_MASK = 0x808080808080L;
  private static final long GOES_ON = 0x008080808080L;
  private static final byte TIME_TAG = 2 << 3 | WireReader.VARINT;

  private LoneSample() {}

  /**
   * Finds the sample at the end of a series message, where every known sender of 1.0 puts it. What
   * comes before must then be the labels, and they need not be read if their hash is known from a
   * series that was read: the same bytes mean the same labels.
   *
   * @return where its field starts; -1: it does not look like the only sample after some labels
   */
  static int find(byte[] in, int start, int end) {
    int field = startOf(in, start, end);
    return field <= start || startOf(in, start, field) >= 0 ? -1 : field;
  }

  /** Adds the sample of a field that was found. */
  static void add(byte[] in, int field, int end, DecodedRequest out)
      throws RequestTooLargeException {
    long bits = end - field == ZERO_BYTES ? 0 : LittleEndian.long64(in, field + 3);
    long time = LittleEndian.long64(in, end - TIME_BYTES) & TIME_MASK;
    out.addSample(WireReader.sevenBitGroups(time), bits, 0);
  }

  /** Where a sample's field that ends there starts; -1: there is none. */
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

  /** Where a sample's field that starts there ends, at the limit or before; -1: there is none. */
  static int endOf(byte[] in, int field, int limit) {
    int head = LittleEndian.triple24(in, field);
    int end = field + (head == WITH_VALUE ? WITH_VALUE_BYTES : ZERO_BYTES);
    return (head == WITH_VALUE || head == ZERO) && end <= limit && isTimeBefore(in, end) ? end : -1;
  }

  private static boolean isTimeBefore(byte[] in, int end) {
    return in[end - TIME_BYTES - 1] == TIME_TAG
        && (LittleEndian.long64(in, end - TIME_BYTES) & GOES_ON_MASK) == GOES_ON;
  }
}
