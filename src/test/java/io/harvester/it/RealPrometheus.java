// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.TestAggregator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Prometheus 3.5 or later that takes samples by remote_write, and answers queries. */
final class RealPrometheus implements AutoCloseable {
  private static final String PROPERTY = "harvester.test.prometheus";

  private final Process process;
  private final Path folder;
  private final PromApi api;

  private RealPrometheus(Process process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.api = new PromApi(port);
  }

  /** Why no program was found; empty: there is one. Windows are closed on both sides before 3.0. */
  static String reasonForNone() throws Exception {
    Optional<String> program = program();
    if (program.isEmpty()) {
      return "no prometheus in the PATH, and -D" + PROPERTY + "=/path/of/prometheus is not set";
    }
    Process version =
        new ProcessBuilder(program.get(), "--version").redirectErrorStream(true).start();
    String text = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text.matches("(?s).*version (3\\.([5-9]|\\d\\d)|[4-9]|\\d\\d).*")
        ? ""
        : program.get() + " is not 3.5 or later: " + text.lines().findFirst().orElse("");
  }

  private static Optional<String> program() {
    String configured = System.getProperty(PROPERTY, "");
    return configured.isEmpty()
        ? Stream.of(System.getenv("PATH").split(":", -1))
            .map(folder -> Path.of(folder, "prometheus"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
        : Optional.of(configured);
  }

  /** Starts it on a folder of its own, and waits until it answers. */
  static RealPrometheus start() throws Exception {
    Path folder = Files.createTempDirectory("harvester-prometheus");
    Path config = Files.writeString(folder.resolve("prometheus.yml"), "scrape_configs: []\n");
    int port = TestAggregator.freePort();
    Process process =
        new ProcessBuilder(
                program().orElseThrow(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--storage.tsdb.retention.time=100y",
                "--web.listen-address=127.0.0.1:" + port,
                "--web.enable-remote-write-receiver",
                "--enable-feature=native-histograms,promql-experimental-functions")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    RealPrometheus prometheus = new RealPrometheus(process, folder, port);
    try {
      prometheus.awaitReady();
      return prometheus;
    } catch (Exception e) {
      prometheus.close();
      throw e;
    }
  }

  private void awaitReady() throws Exception {
    for (int attempt = 0; attempt < 600 && process.isAlive(); attempt++) {
      try {
        if (api.get("/-/ready").startsWith("Prometheus Server is Ready")) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException(Files.readString(folder.resolve("log")));
  }

  PromApi api() {
    return api;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(20, TimeUnit.SECONDS);
      process.destroyForcibly();
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
