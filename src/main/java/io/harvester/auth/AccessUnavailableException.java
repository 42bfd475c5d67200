package io.harvester.auth;

/** The database cannot be asked about credentials now; a retry may succeed. */
public final class AccessUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes what failed and why. */
  public AccessUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
