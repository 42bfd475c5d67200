// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** A request body cannot be parsed. Nothing of it is stored, and a retry would fail again. */
public final class MalformedRequestException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes the message for the sender: the error and its position. */
  public MalformedRequestException(String message) {
    // No stack trace: the sender causes the error, and many of them must remain cheap.
    super(message, null, false, false);
  }
}
