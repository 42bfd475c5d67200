package io.harvester.wire;

/** Reads one {@code Label} of 1.0, whatever its form. */
final class LabelScanner {
  private static final int LEN = WireReader.LENGTH_DELIMITED;

  /** For the scan, which only wants to know that the label is well-formed. */
  private static final LabelVisitor NOBODY = (nameStart, nameEnd, valueStart, valueEnd) -> {};

  private LabelScanner() {}

  static void label(WireReader reader, int depth) throws MalformedRequestException {
    label(reader, depth, NOBODY);
  }

  /**
   * Reads the label whose length the reader stands at. A field that comes twice counts as it comes
   * last; one that is missing is empty.
   *
   * <pre>
   * message Label {
   *   string name = 1;
   *   string value = 2;
   * }
   * </pre>
   *
   * @param depth how many messages are open around the label's fields
   */
  static void label(WireReader reader, int depth, LabelVisitor visitor)
      throws MalformedRequestException {
    int length = reader.length();
    int outer = reader.end;
    reader.end = reader.at + length;
    int nameStart = reader.at;
    int nameEnd = nameStart;
    int valueStart = nameStart;
    int valueEnd = nameStart;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | LEN -> {
          int size = reader.length();
          nameStart = reader.at;
          nameEnd = reader.at += size;
        }
        case 2 << 3 | LEN -> {
          int size = reader.length();
          valueStart = reader.at;
          valueEnd = reader.at += size;
        }
        default -> reader.skip(tag, depth);
      }
    }
    visitor.label(nameStart, nameEnd, valueStart, valueEnd);
    reader.end = outer;
  }
}
