// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.codec;

/**
 * A compressed column cannot be decoded: it is damaged, has NULLs, or is of another algorithm than
 * expected.
 */
public final class UnreadableColumnException extends Exception {
  private static final long serialVersionUID = 1;

  /** The message says what was expected. */
  public UnreadableColumnException(String message) {
    super(message);
  }
}
