// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

/** An action that cannot be done. The message is for the person who asked for it. */
public final class ActionRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes the reason. */
  public ActionRefusedException(String message) {
    super(message, null, false, false);
  }
}
