package io.harvester.embedded;

/**
 * The embedded PostgreSQL cannot be started. The message is for the operator: what failed, and
 * which setting or command mends it.
 */
public final class EmbeddedPostgresException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes a complete message, remedy included. */
  public EmbeddedPostgresException(String message) {
    super(message);
  }

  /** Takes a complete message, remedy included, and what the system said. */
  public EmbeddedPostgresException(String message, Throwable cause) {
    super(message + " (" + cause + ")", cause);
  }
}
