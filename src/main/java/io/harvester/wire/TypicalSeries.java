package io.harvester.wire;

/**
 * Reads a series of 2.0 that is laid out as every known sender does it: packed references, one
 * sample, then metadata or nothing, in this order and each number in its shortest form. Whatever is
 * not like that is left to {@link RequestScanner}, which reads it field by field.
 */
final class TypicalSeries {
  private static final byte REFS = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final byte METADATA = 5 << 3 | WireReader.LENGTH_DELIMITED;
  private static final byte TYPE = 1 << 3 | WireReader.VARINT;
  private static final byte HELP = 3 << 3 | WireReader.VARINT;
  private static final byte UNIT = 4 << 3 | WireReader.VARINT;

  private TypicalSeries() {}

  /**
   * Reads the series message that the reader was set to.
   *
   * @return whether it was a typical one; if not, nothing is changed but {@link
   *     DecodedRequest#seriesRefs} and the reader's place
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

  /** Whether one field of metadata is all that is left. */
  private static boolean isMetadata(byte[] in, int at, int end) {
    return in[at] == METADATA && in[at + 1] == end - at - 2;
  }

  /**
   * Reads metadata whose references have at most two bytes. It may look a few bytes beyond the end,
   * and then does not end there.
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
    if (at != end || (type | help | unit) < 0) { // longer numbers have become negative
      return false;
    }
    out.metadataType[series] = RequestScanner.knownType(type);
    out.helpRef[series] = help;
    out.unitRef[series] = unit;
    return true;
  }
}
