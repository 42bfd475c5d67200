// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

/** The command line is invalid; the message lists all problems in one line. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message, null, false, false);
  }
}
