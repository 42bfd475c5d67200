package io.harvester.wire;

/** The body as a whole cannot be read: nothing of it is stored, and a retry cannot mend it. */
public final class MalformedRequestException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes a message for the sender's operator: what is wrong, and at which byte. */
  public MalformedRequestException(String message) {
    // No stack trace: the sender's mistake, not ours, and a flood of them must stay cheap.
    super(message, null, false, false);
  }
}
