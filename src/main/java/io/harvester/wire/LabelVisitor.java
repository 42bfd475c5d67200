// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** Receives the labels of one series or exemplar. */
@FunctionalInterface
public interface LabelVisitor {
  /** Receives name and value of a label as byte ranges of {@link DecodedRequest#body}. */
  void label(int nameStart, int nameEnd, int valueStart, int valueEnd);
}
