package io.harvester.postgres.columnar.codec;

/** A compressed column is not in the form that we read: another algorithm, nulls, or damaged. */
public final class UnreadableColumnException extends Exception {
  private static final long serialVersionUID = 1;

  /** Says what is wrong with it. */
  public UnreadableColumnException(String message) {
    super(message);
  }
}
