// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import java.io.PrintStream;

/** A command that prints information about the program and needs no settings. */
@FunctionalInterface
interface InfoCommand {
  /** Runs with valid arguments. */
  void run(PrintStream out) throws UsageException;
}
