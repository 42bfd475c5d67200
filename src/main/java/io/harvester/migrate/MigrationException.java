// SPDX-License-Identifier: Apache-2.0
package io.harvester.migrate;

/** A migration cannot go on. What was copied stays, and the next run goes on from there. */
public final class MigrationException extends Exception {
  private static final long serialVersionUID = 1;

  /** The message is for the operator. */
  public MigrationException(String message) {
    super(message);
  }

  /** The message is for the operator; the text of the cause is appended to it. */
  public MigrationException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
