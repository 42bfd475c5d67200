package io.harvester.config;

import java.util.List;

/** One or more settings that cannot be used; the message lists all of them. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1;

  SettingsException(List<String> problems) {
    super(String.join("; ", problems), null, false, false);
  }
}
