// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;

/** An embedded server in another Java process, which a test may kill. */
final class OtherJvm implements AutoCloseable {
  private final Process process;
  private final String url;

  private OtherJvm(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it and waits until its server accepts connections. */
  static OtherJvm serving(Path data) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherJvm.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("postgresql://")) {
        return new OtherJvm(process, line);
      }
    }
    throw new IOException("the other JVM ended without a server");
  }

  /** The other process: runs a server until its standard input ends. */
  public static void main(String[] arguments) throws Exception {
    var anyPort = new EmbeddedPostgres.Options(0, true, "");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]), anyPort)) {
      System.out.println(postgres.url());
      System.in.transferTo(System.out);
    }
  }

  long pid() {
    return process.pid();
  }

  String url() {
    return url;
  }

  /** Kills it with SIGKILL: it cleans up neither the server nor the folder. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }
}
