// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.Settings;

/** A command that needs settings. */
@FunctionalInterface
interface ConfiguredCommand {
  /**
   * Runs with valid arguments and settings.
   *
   * @return the exit status
   */
  int run(Settings settings, Output out) throws CommandException;
}
