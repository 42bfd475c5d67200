// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.util.List;

/** One or more settings are invalid; the message lists all problems in one line. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1;

  SettingsException(List<String> problems) {
    super(String.join("; ", problems), null, false, false);
  }
}
