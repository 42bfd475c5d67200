// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Debian's TimescaleDB (Apache edition), which {@code deploy/test.sh} installs and starts. */
record DebianServer(TestDatabaseUrl superuser) implements TestServer {
  private static final String VARIABLE = "HARVESTER_TEST_TIMESCALE_URL";
  private static final Path URL_FILE =
      Path.of("target", "test-timescaledb-" + TestFork.number() + ".url");
  private static final Path SCRIPT = Path.of("deploy", "timescaledb.sh");

  static TestServer open() throws IOException, SQLException {
    String variable = System.getenv(VARIABLE);
    if (variable != null && !variable.isEmpty()) {
      return ConfiguredServer.reachable(
          new ConfiguredServer("the server of " + VARIABLE, new TestDatabaseUrl(variable)));
    }
    if (!Files.exists(URL_FILE)) {
      throw new IllegalStateException(
          URL_FILE + " is missing; deploy/test.sh writes it if it runs as root");
    }
    return ConfiguredServer.reachable(
        new DebianServer(new TestDatabaseUrl(Files.readString(URL_FILE).strip())));
  }

  @Override
  public String description() {
    return "Debian's TimescaleDB";
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    script("stop");
  }

  @Override
  public void kill9() throws IOException, InterruptedException {
    script("kill");
  }

  @Override
  public void start() throws IOException, InterruptedException {
    script("start");
    awaitConnections();
  }

  private static void script(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(SCRIPT.toString(), command, TestFork.number()).inheritIO().start();
    boolean ended = process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    if (!ended || process.exitValue() != 0) {
      throw new IOException(SCRIPT + " " + command + " failed");
    }
  }
}
