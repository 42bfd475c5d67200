// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.tool;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** Runs shell commands. */
public final class Shell {
  private Shell() {}

  /**
   * Runs a command until it ends, and appends its output to the log.
   *
   * @throws IOException if its status is not 0
   */
  public static void run(String command, Path log) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(new File("/dev/null"))
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("'" + command + "' ended with status " + status + "; see " + log);
    }
  }
}
