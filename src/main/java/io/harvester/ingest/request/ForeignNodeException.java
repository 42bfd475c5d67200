package io.harvester.ingest.request;

/** A request holds series of a node that its sender does not own. */
public final class ForeignNodeException extends Exception {
  private static final long serialVersionUID = 1;

  public ForeignNodeException(String message) {
    super(message, null, false, false);
  }
}
