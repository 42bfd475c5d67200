// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.harvester.cli.Cli;
import io.harvester.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Settings of the service, read from a command line as the program reads them. */
public final class TestSettings {
  private TestSettings() {}

  /** Reads settings from options such as {@code --writers=3}, without an environment. */
  public static Settings of(String... arguments) {
    return of(List.of(arguments), Map.of());
  }

  /**
   * Reads settings from options and environment variables.
   *
   * @throws IllegalArgumentException with what the program prints, if they are invalid
   */
  public static Settings of(List<String> arguments, Map<String, String> environment) {
    AtomicReference<Settings> settings = new AtomicReference<>();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    Cli.Service service =
        given -> {
          settings.set(given);
          return Cli.OK;
        };
    int status = new Cli(service, environment, out, out).run(arguments);
    if (status != Cli.OK || settings.get() == null) {
      throw new IllegalArgumentException(printed.toString(UTF_8).strip());
    }
    return settings.get();
  }
}
