package io.harvester.wire;

/**
 * Walks the labels of one series or exemplar of a decoded request, in wire order: the slow path,
 * for what the cache has not seen yet. Names, order, duplicates and encoding are not checked.
 */
public final class LabelReader {
  private static final int LEN = WireReader.LENGTH_DELIMITED;

  private LabelReader() {}

  /** Visits the labels of a series. Its defect must not be one of its references. */
  public static void visit(DecodedRequest request, int series, LabelVisitor visitor) {
    visit(request, request.seriesStart[series], request.seriesEnd[series], visitor);
  }

  /** Visits the labels of an exemplar. Its defect must not be one of its references. */
  public static void visitExemplar(DecodedRequest request, int exemplar, LabelVisitor visitor) {
    visit(request, request.exemplarStart[exemplar], request.exemplarEnd[exemplar], visitor);
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
      throw new IllegalStateException("the scan accepted what cannot be read", e);
    }
  }

  /** In both messages that have labels they are field 1. */
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

  /** In both messages that have references they are field 1, packed or not. */
  private static void refs(WireReader reader, DecodedRequest request, LabelVisitor visitor)
      throws MalformedRequestException {
    int name = -1;
    int end = reader.end;
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == (1 << 3 | LEN)) {
        int length = reader.length();
        reader.end = reader.at + length;
        while (reader.hasMore()) {
          name = ref(reader.varint32(), name, request, visitor);
        }
        reader.end = end;
      } else if (tag == (1 << 3 | WireReader.VARINT)) {
        name = ref(reader.varint32(), name, request, visitor);
      } else {
        reader.skip(tag, 0);
      }
    }
  }

  private static int ref(int ref, int name, DecodedRequest request, LabelVisitor visitor) {
    if (name < 0) {
      return ref;
    }
    visitor.label(
        request.symbolStart[name],
        request.symbolEnd[name],
        request.symbolStart[ref],
        request.symbolEnd[ref]);
    return -1;
  }
}
