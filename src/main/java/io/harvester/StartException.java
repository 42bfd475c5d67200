// SPDX-License-Identifier: Apache-2.0
package io.harvester;

/** The aggregator cannot start. Its message is one line for the operator. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  StartException(String message) {
    super(message.replaceAll("\\s+", " "), null, false, false);
  }
}
