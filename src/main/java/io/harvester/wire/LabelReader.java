// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.util.Arrays;

/**
 * Reads the labels of one series or exemplar of a decoded request in wire order. Used for series
 * that the cache does not know. Does not check names, order, duplicates and encoding.
 */
public final class LabelReader {
  private static final int LEN = WireReader.LENGTH_DELIMITED;

  private LabelReader() {}

  /** Visits the labels of a series; of a defective one, those with valid references. */
  public static void visit(DecodedRequest request, int series, LabelVisitor visitor) {
    visit(request, request.seriesStart[series], request.seriesEnd[series], visitor);
  }

  /** Visits the labels of an exemplar; of a defective one, those with valid references. */
  public static void visitExemplar(DecodedRequest request, int exemplar, LabelVisitor visitor) {
    visit(request, request.exemplarStart[exemplar], request.exemplarEnd[exemplar], visitor);
  }

  /**
   * The symbol of a series' metric name (2.0); -1: none. Senders may repeat a symbol, and the scan
   * recognizes only one {@code __name__}.
   */
  public static int metricNameSymbol(DecodedRequest request, int series) {
    int scanned = request.metricNameRef[series];
    if (scanned >= 0 || request.nameSymbols < 2) {
      return scanned;
    }
    int[] symbol = {-1};
    visit(
        request,
        series,
        (nameStart, nameEnd, valueStart, valueEnd) -> {
          if (nameEnd - nameStart == 8
              && LittleEndian.long64(request.body, nameStart) == V2Scanner.METRIC_NAME) {
            symbol[0] =
                Arrays.binarySearch(request.symbolStart, 0, request.symbolCount, valueStart);
          }
        });
    return symbol[0];
  }

  private static void visit(DecodedRequest request, int from, int to, LabelVisitor visitor) {
    WireReader reader = new WireReader();
    reader.in = request.body;
    reader.enter(from, to);
    try {
      switch (request.version) {
        case V1 -> labels(reader, visitor);
        case V2 -> refs(reader, request, visitor);
      }
    } catch (MalformedRequestException e) {
      throw new IllegalStateException("the scan accepted a series that cannot be read", e);
    }
  }

  /** Labels are field 1 of both TimeSeries and Exemplar. */
  private static void labels(WireReader reader, LabelVisitor visitor)
      throws MalformedRequestException {
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == (1 << 3 | LEN)) {
        LabelScanner.label(reader, 0, visitor);
      } else {
        reader.skip(tag, 0);
      }
    }
  }

  /** References are field 1 of both TimeSeries and Exemplar, packed or not. */
  private static void refs(WireReader reader, DecodedRequest request, LabelVisitor visitor)
      throws MalformedRequestException {
    Pairs pairs = new Pairs(request, visitor);
    int end = reader.end;
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == (1 << 3 | LEN)) {
        int length = reader.length();
        reader.end = reader.at + length;
        while (reader.hasMore()) {
          pairs.next(reader.varint32());
        }
        reader.end = end;
      } else if (tag == (1 << 3 | WireReader.VARINT)) {
        pairs.next(reader.varint32());
      } else {
        reader.skip(tag, 0);
      }
    }
  }

  /** Combines two references into a label, and omits labels with an invalid reference. */
  private static final class Pairs {
    private final DecodedRequest request;
    private final LabelVisitor visitor;
    private boolean hasName;
    private int name;

    Pairs(DecodedRequest request, LabelVisitor visitor) {
      this.request = request;
      this.visitor = visitor;
    }

    void next(int ref) {
      hasName = !hasName;
      if (hasName) {
        name = ref;
      } else if (!RefScanner.isOutside(name, request.symbolCount)
          && !RefScanner.isOutside(ref, request.symbolCount)) {
        visitor.label(
            request.symbolStart[name],
            request.symbolEnd[name],
            request.symbolStart[ref],
            request.symbolEnd[ref]);
      }
    }
  }
}
