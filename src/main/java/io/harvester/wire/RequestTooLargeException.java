// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** A request exceeds a limit: its decompressed size, or its number of items of one kind. */
public final class RequestTooLargeException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes a message that contains the limit and its setting. */
  public RequestTooLargeException(String message) {
    super(message, null, false, false);
  }
}
