// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.nio.charset.StandardCharsets;

/**
 * A part of the text of a query. As in Prometheus, bytes of its UTF-8 form are counted.
 *
 * @param start index of its first byte
 * @param end index after its last byte
 */
public record Position(int start, int end) {
  /** Line and column of the start, such as {@code 1:5}, as errors and annotations name them. */
  public String lineAndColumn(String query) {
    return PromqlException.place(query.getBytes(StandardCharsets.UTF_8), start);
  }

  /** From the start of this part to the end of another. */
  public Position to(Position last) {
    return new Position(start, last.end);
  }
}
