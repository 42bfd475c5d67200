package io.harvester.wire;

/** Receives the labels of one series, as byte ranges of the body. */
@FunctionalInterface
public interface LabelVisitor {
  /** One label: name and value as byte ranges of {@link DecodedRequest#body}. */
  void label(int nameStart, int nameEnd, int valueStart, int valueEnd);
}
