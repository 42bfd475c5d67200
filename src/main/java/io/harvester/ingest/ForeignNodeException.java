package io.harvester.ingest;

/** A request holds series of a node that its sender does not own. */
final class ForeignNodeException extends Exception {
  private static final long serialVersionUID = 1;

  ForeignNodeException(String message) {
    super(message, null, false, false);
  }
}
