// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.tool.ProgramOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;

/** Command line of the exactly-once {@link Trial}. */
public final class TrialMain {
  private TrialMain() {}

  /** Runs one trial; exit status 0 if it passed. */
  public static void main(String[] args) throws InterruptedException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(TrialOptions.USAGE);
      return;
    }
    ProgramOptions arguments = new ProgramOptions(args);
    TrialOptions options = TrialOptions.parse(arguments);
    arguments.finish();
    boolean passed = false;
    try {
      passed = new Trial(options).run();
    } catch (IOException | SQLException e) {
      System.out.println("trial aborted: " + e.getMessage());
    }
    System.out.println(passed ? "PASSED" : "FAILED");
    System.exit(passed ? 0 : 1);
  }
}
