// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** Reads one {@code Label} of 1.0 in any valid encoding. */
final class LabelScanner {
  private static final int LEN = WireReader.LENGTH_DELIMITED;

  /** For the scan, which only checks that the label is well-formed. */
  private static final LabelVisitor IGNORE = (nameStart, nameEnd, valueStart, valueEnd) -> {};

  private LabelScanner() {}

  static void label(WireReader reader, int depth) throws MalformedRequestException {
    label(reader, depth, IGNORE);
  }

  /**
   * Reads the label at whose length the reader is. The last occurrence of a field counts; a missing
   * field is empty.
   *
   * <pre>
   * message Label {
   *   string name = 1;
   *   string value = 2;
   * }
   * </pre>
   *
   * @param depth number of messages that enclose the label's fields
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
