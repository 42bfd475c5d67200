package io.harvester.storage;

/** A write transaction that did not, or perhaps did not, commit. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1;

  /** What it means for the batch. */
  public enum Kind {
    /** Lost a race (SQLSTATE class 40): nothing is stored, the same again may succeed at once. */
    TRANSIENT,
    /** Another process wrote a node last: nothing is stored, and what is remembered is void. */
    TAKEN_OVER,
    /** A row is there already although memory said no (23505): compare everything, then again. */
    ALREADY_STORED,
    /** A row that can never be stored (class 22 or 23). */
    PERMANENT,
    /** A node's row is gone: what is cached about it is void. */
    NODE_GONE,
    /** The database cannot be reached or refuses to work; nothing is stored. */
    UNAVAILABLE,
    /** The connection broke during the commit: stored or not, nobody knows. */
    UNKNOWN_OUTCOME
  }

  private final Kind kind;

  /** Takes the kind, a message for the operator and the cause. */
  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What it means for the batch. */
  public Kind kind() {
    return kind;
  }
}
