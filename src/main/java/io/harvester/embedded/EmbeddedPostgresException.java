// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

/**
 * The embedded PostgreSQL cannot start. The message is for the operator: what failed, and which
 * setting or command solves it.
 */
public final class EmbeddedPostgresException extends Exception {
  private static final long serialVersionUID = 1;

  /** The message includes the remedy. */
  public EmbeddedPostgresException(String message) {
    super(message);
  }

  /** The message includes the remedy; the text of the cause is appended to it. */
  public EmbeddedPostgresException(String message, Throwable cause) {
    super(message + " (" + cause + ")", cause);
  }
}
