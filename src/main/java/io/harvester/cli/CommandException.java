package io.harvester.cli;

/** A command cannot be carried out; one line for the person who must act. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  CommandException(String message) {
    super(message, null, false, false);
  }
}
