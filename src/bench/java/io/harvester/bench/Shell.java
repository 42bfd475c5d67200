package io.harvester.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** Runs the commands a trial is given. */
final class Shell {
  private Shell() {}

  /** Runs a command to its end; its output is appended to the log. */
  static void run(String command, Path log) throws IOException, InterruptedException {
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
