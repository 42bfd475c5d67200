package io.harvester.wire;

/**
 * Finds the sample of a series that has only one from the end of the message, where every known
 * sender of 1.0 puts it: {@code 12 10 09 value 10 time}, or {@code 12 07 10 time} if the value is
 * zero. What comes before must then be the labels, and they need not be read if their hash is known
 * from a series that was read: the same bytes mean the same labels.
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
   * Adds the sample at the end of a series message.
   *
   * @return where its field starts; -1: it does not look like the only sample after some labels
   */
  static int add(byte[] in, int start, int end, DecodedRequest out)
      throws RequestTooLargeException {
    int field = field(in, start, end);
    if (field <= start || field(in, start, field) >= 0) {
      return -1;
    }
    long bits = end - field == ZERO_BYTES ? 0 : Bytes.long64(in, field + 3);
    long time = Bytes.long64(in, end - TIME_BYTES) & TIME_MASK;
    out.addSample(WireReader.sevenBitGroups(time), bits, 0);
    return field;
  }

  /** Where a sample's field that ends there starts; -1: there is none. */
  private static int field(byte[] in, int start, int end) {
    if (end - start < ZERO_BYTES
        || in[end - TIME_BYTES - 1] != TIME_TAG
        || (Bytes.long64(in, end - TIME_BYTES) & GOES_ON_MASK) != GOES_ON) {
      return -1;
    }
    if (Bytes.triple24(in, end - ZERO_BYTES) == ZERO) {
      return end - ZERO_BYTES;
    }
    int field = end - WITH_VALUE_BYTES;
    return field >= start && Bytes.triple24(in, field) == WITH_VALUE ? field : -1;
  }
}
