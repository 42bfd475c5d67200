package io.harvester;

/** The aggregator cannot start; one line for the person who must act. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  StartException(String message) {
    super(message.replaceAll("\\s+", " "), null, false, false);
  }
}
