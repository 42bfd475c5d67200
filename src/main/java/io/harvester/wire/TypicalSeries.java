// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/**
 * Scans a series of 2.0 in the encoding of all known senders: packed references, one sample, then
 * optional metadata, in this order and with all numbers in their shortest form. {@link V2Scanner}
 * scans any other series field by field.
 */
final class TypicalSeries {
  private static final byte REFS = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final byte METADATA = 5 << 3 | WireReader.LENGTH_DELIMITED;
  private static final byte TYPE = 1 << 3 | WireReader.VARINT;
  private static final byte HELP = 3 << 3 | WireReader.VARINT;
  private static final byte UNIT = 4 << 3 | WireReader.VARINT;

  private TypicalSeries() {}

  /**
   * Scans the series message that the reader has entered.
   *
   * @return whether the series is typical; if not, only {@link DecodedRequest#seriesRefs} and the
   *     position of the reader have changed
   */
  static boolean read(WireReader reader, DecodedRequest out, LabelHash hash, int series)
      throws RequestTooLargeException {
    byte[] in = reader.in;
    int end = reader.end;
    int refs = reader.at + 2;
    int refsEnd = refs + in[refs - 1];
    if (in[refs - 2] != REFS || refsEnd < refs || refsEnd > end) {
      return false;
    }
    int sampleEnd = LoneSample.endOf(in, refsEnd, end);
    if (sampleEnd < 0 || (sampleEnd < end && !isMetadata(in, sampleEnd, end))) {
      return false;
    }
    reader.enter(refs, refsEnd);
    out.seriesRefs.start(out.lanes);
    out.seriesRefs.pairs(reader, out, hash);
    if (reader.at < refsEnd) {
      return false;
    }
    if (sampleEnd < end && !metadata(in, sampleEnd + 2, end, out, series)) {
      return false;
    }
    LoneSample.add(in, refsEnd, sampleEnd, out);
    return true;
  }

  /** Whether the rest of the message is exactly one metadata field. */
  private static boolean isMetadata(byte[] in, int at, int end) {
    return in[at] == METADATA && in[at + 1] == end - at - 2;
  }

  /**
   * Scans metadata whose references have at most two bytes. It may load a few bytes beyond the end,
   * and then returns false.
   */
  private static boolean metadata(byte[] in, int start, int end, DecodedRequest out, int series) {
    int at = start;
    int type = 0;
    int help = 0;
    int unit = 0;
    if (in[at] == TYPE) {
      type = in[at + 1];
      at += 2;
    }
    if (in[at] == HELP) {
      help = in[at + 1];
      at += 2;
      if (help < 0) {
        help = (help & 0x7F) | in[at++] << 7;
      }
    }
    if (in[at] == UNIT) {
      unit = in[at + 1];
      at += 2;
      if (unit < 0) {
        unit = (unit & 0x7F) | in[at++] << 7;
      }
    }
    if (at != end || (type | help | unit) < 0) { // a longer number is negative here
      return false;
    }
    out.metadataType[series] = V2Scanner.knownType(type);
    out.helpRef[series] = help;
    out.unitRef[series] = unit;
    return true;
  }
}
