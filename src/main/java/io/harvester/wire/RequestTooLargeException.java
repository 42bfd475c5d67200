package io.harvester.wire;

/** The body declares a decompressed size above the limit; found before anything is allocated. */
public final class RequestTooLargeException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes a message that names the declared size, the limit and the setting. */
  public RequestTooLargeException(String message) {
    super(message, null, false, false);
  }
}
