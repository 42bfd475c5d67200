// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

/** A command failed; the message is for the operator. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes the reason; line breaks become spaces. */
  public CommandException(String message) {
    this(message, true);
  }

  private CommandException(String message, boolean oneLine) {
    super(oneLine ? message.replaceAll("\\s+", " ") : message, null, false, false);
  }

  /** Takes a reason of several lines. */
  static CommandException ofLines(String message) {
    return new CommandException(message, false);
  }
}
