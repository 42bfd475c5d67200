// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

/** A command failed; the message is one line for the operator. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes the reason; line breaks become spaces. */
  public CommandException(String message) {
    super(message.replaceAll("\\s+", " "), null, false, false);
  }
}
