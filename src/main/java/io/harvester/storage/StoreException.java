// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

/** A write transaction did not commit, or may not have committed. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1;

  /** What the failure means for the batch. */
  public enum Kind {
    /** Lost a race (SQLSTATE class 40). Nothing is stored; a retry may succeed at once. */
    TRANSIENT,
    /** Another process wrote a node last. Nothing is stored; memory of the node is outdated. */
    TAKEN_OVER,
    /** A row is stored although memory says it is new (23505). Compare every sample and retry. */
    ALREADY_STORED,
    /** A row can never be stored (class 21, 22, 23 or 54). */
    PERMANENT,
    /** The server lacks memory or locks for the transaction (53200). A part of it may succeed. */
    TOO_LARGE,
    /** A node's row was removed. Cached ids of its series are outdated. */
    NODE_GONE,
    /** The database is unreachable or refuses to work. Nothing is stored. */
    UNAVAILABLE,
    /** The connection broke during the commit. Whether it is stored is unknown. */
    UNKNOWN_OUTCOME
  }

  private final Kind kind;

  /** Takes the kind, a message for the operator and the cause. */
  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What the failure means for the batch. */
  public Kind kind() {
    return kind;
  }
}
