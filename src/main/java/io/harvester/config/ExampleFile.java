// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A properties file with every setting as a comment: docs/harvester.properties. */
public final class ExampleFile {
  private static final String HEADER =
      """
      # Every setting of the aggregator with its default. Copy this file, and remove the "#" before a key to set it.
      # Use it by: deploy/harvester --config FILE, or HARVESTER_CONFIG=FILE.
      # An environment variable of the same name, or an option, overrides a line of this file.
      # If the file contains a password, only the aggregator's user may read it: chmod 600 FILE.
      """;

  private ExampleFile() {}

  /** The content, with a line break at its end. */
  public static String text() {
    return Arrays.stream(Setting.values())
        .map(s -> "\n# " + s.meaning() + "\n#" + s.key() + "=" + s.defaultValue() + "\n")
        .collect(Collectors.joining("", HEADER, ""));
  }
}
