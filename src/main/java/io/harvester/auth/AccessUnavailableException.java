// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

/** The credentials cannot be read or changed now: the database does not answer. */
public final class AccessUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes what failed and why. */
  public AccessUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
