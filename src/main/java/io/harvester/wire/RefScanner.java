// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/**
 * Scans {@code labels_refs} (2.0), packed or not, in any number of runs. Hashes the pairs of
 * symbols that are referenced, and detects defects.
 */
final class RefScanner {
  private static final int NO_NAME = -1;

  private long a;
  private long b;
  private int count;
  private int name;
  private int metricName;
  private boolean outside;

  /** Starts without references; {@code lanes} contain the start of the hash. */
  void start(LabelHash.Lanes lanes) {
    a = lanes.a;
    b = lanes.b;
    count = 0;
    name = NO_NAME;
    metricName = NO_NAME;
    outside = false;
  }

  /** Scans the packed run at whose length the reader is. */
  void packed(WireReader reader, DecodedRequest out, LabelHash hash)
      throws MalformedRequestException {
    int length = reader.length();
    int outer = reader.end;
    reader.end = reader.at + length;
    if (name == NO_NAME) {
      pairs(reader, out, hash);
    }
    while (reader.hasMore()) {
      one(reader.varint32(), out, hash);
    }
    reader.end = outer;
  }

  /**
   * Scans pairs of references of one or two bytes each, which nearly all are, and stops before any
   * other pair. It may load a few bytes beyond the end, and then stops before that pair, too.
   */
  void pairs(WireReader reader, DecodedRequest out, LabelHash hash) {
    byte[] in = reader.in;
    long[] hashes = out.symbolHash;
    int symbols = out.symbolCount;
    int nameSymbol = out.nameSymbol;
    long laneA = a;
    long laneB = b;
    int p = reader.at;
    while (true) {
      int first = in[p++];
      if (first < 0) {
        first = (first & 0x7F) | in[p++] << 7;
      }
      int second = in[p++];
      if (second < 0) {
        second = (second & 0x7F) | in[p++] << 7;
      }
      // A reference of three bytes is negative here, hence outside.
      if (p > reader.end || isOutside(first, symbols) || isOutside(second, symbols)) {
        break;
      }
      laneA = hash.stepA(laneA, hashes[2 * first], hashes[2 * second]);
      laneB = hash.stepB(laneB, hashes[2 * first + 1], hashes[2 * second + 1]);
      if (first == nameSymbol) {
        metricName = second;
      }
      reader.at = p;
      count += 2;
    }
    a = laneA;
    b = laneB;
  }

  /** Scans one reference: alternately a label name and its value. */
  void one(int ref, DecodedRequest out, LabelHash hash) {
    count++;
    int known = ref;
    if (isOutside(ref, out.symbolCount)) {
      outside = true;
      known = 0;
    }
    if (name == NO_NAME) {
      name = known;
      return;
    }
    long[] hashes = out.symbolHash;
    a = hash.stepA(a, hashes[2 * name], hashes[2 * known]);
    b = hash.stepB(b, hashes[2 * name + 1], hashes[2 * known + 1]);
    if (name == out.nameSymbol) {
      metricName = known;
    }
    name = NO_NAME;
  }

  /** The symbol that is the value of {@code __name__}; -1: none. */
  int metricName() {
    return metricName;
  }

  /** Ends the hash in {@code lanes} and returns the defect of the references. */
  SeriesDefect finish(LabelHash.Lanes lanes, LabelHash hash) {
    hash.close(lanes, a, b, count);
    if (name != NO_NAME) {
      return SeriesDefect.ODD_LABEL_REFS;
    }
    return outside ? SeriesDefect.REFERENCE_OUT_OF_RANGE : SeriesDefect.NONE;
  }

  /** Whether a reference, an unsigned number, is outside the symbol table. */
  static boolean isOutside(int ref, int symbols) {
    return Integer.compareUnsigned(ref, symbols) >= 0;
  }
}
