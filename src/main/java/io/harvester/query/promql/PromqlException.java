// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** The text of a query is refused. The message is the one that Prometheus answers with. */
public final class PromqlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int offset;

  private PromqlException(String message, int offset) {
    super(message);
    this.offset = offset;
  }

  /** An error of the syntax or of the types, with line and column before it. */
  public static PromqlException syntax(byte[] query, int offset, String problem) {
    return new PromqlException(place(query, offset) + ": parse error: " + problem, offset);
  }

  /** A duration that cannot be used; Prometheus names the bytes that it stands in. */
  static PromqlException duration(Position position, String problem) {
    return new PromqlException(
        position.start() + ":" + position.end() + ": " + problem, position.start());
  }

  /** Index of the first byte that the error is about, in the UTF-8 form of the query. */
  public int offset() {
    return offset;
  }

  static String place(byte[] query, int offset) {
    if (query.length == 0) {
      return "unknown position";
    }
    if (offset < 0 || offset > query.length) {
      return "invalid position";
    }
    int line = 1;
    int lineBreak = -1;
    for (int i = 0; i < offset; i++) {
      if (query[i] == '\n') {
        lineBreak = i;
        line++;
      }
    }
    return line + ":" + (offset - lineBreak);
  }
}
