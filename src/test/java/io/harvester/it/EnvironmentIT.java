// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The service with its embedded database in an environment that would change numbers, times, file
 * modes or connections: it starts, stores, starts again, and {@code sql} reads what was stored.
 */
class EnvironmentIT {
  private static final Duration START_TIME = Duration.ofSeconds(60);

  /** Read by every program that uses libpq, which the drivers do not. */
  private static final Map<String, String> OF_LIBPQ =
      Map.of(
          "PGOPTIONS", "-c search_path=nowhere -c default_transaction_read_only=on",
          "PGTZ", "Asia/Kolkata",
          "PGCLIENTENCODING", "LATIN1",
          "PGHOST", "unknown.invalid",
          "PGPORT", "1",
          "PGUSER", "unknown",
          "PGSSLMODE", "verify-full",
          "PGDATA", "/nonexistent");

  @TempDir private Path folder;

  @BeforeEach
  void letOthersPass() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @CsvSource({
    "077, -Duser.language=fa -Duser.country=IR -Duser.timezone=Asia/Kathmandu",
    "027, -Duser.language=th -Duser.country=TH -Duser.extensions=u-nu-thai-ca-buddhist"
  })
  void nothing_changes(String umask, String jvmOptions) throws Exception {
    Map<String, String> environment = new HashMap<>(OF_LIBPQ);
    environment.put("HARVESTER_JAVA_OPTS", jvmOptions);
    environment.put("TZ", "Asia/Kathmandu");
    assertWorks(umask, environment);
  }

  private void assertWorks(String umask, Map<String, String> environment) throws Exception {
    for (int start = 1; start <= 2; start++) {
      serveOnce(umask, environment, "| 1234567.25 | " + start + "\n");
      assertFalse(log().contains(" ERROR "), log());
    }
  }

  private void serveOnce(String umask, Map<String, String> environment, String row)
      throws Exception {
    int port = TestAggregator.freePort();
    Process service =
        builder(umask, environment, "--listen=127.0.0.1:" + port, "--warmup=0s")
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    TestSender sender = new TestSender(port);
    try {
      Eventually.until("ready or ended", START_TIME, () -> !service.isAlive() || isReady(sender));
      assertTrue(service.isAlive(), log());
      sender
          .send(
              Message.series("m", "node", "n")
                  .with(Message.at(System.currentTimeMillis(), 1234567.25)))
          .mustBeStored();
      Eventually.until(row, () -> ("| " + sql(umask, environment)).contains(row));
    } finally {
      service.destroy();
      assertTrue(service.waitFor(START_TIME.toSeconds(), TimeUnit.SECONDS));
    }
  }

  private String sql(String umask, Map<String, String> environment) throws Exception {
    String query = "SELECT 1, max(value), count(*) FROM metric.m";
    Process sql = builder(umask, environment, "sql", query).start();
    return new String(sql.getInputStream().readAllBytes(), UTF_8).replaceAll(" +", " ");
  }

  private ProcessBuilder builder(
      String umask, Map<String, String> environment, String... arguments) {
    ProcessBuilder builder = JarProcess.builder(folder, arguments);
    builder.command().addAll(0, List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
    builder.environment().putAll(environment);
    return builder;
  }

  private static boolean isReady(TestSender sender) {
    try {
      return sender.get("/-/ready").status() == 200;
    } catch (IllegalStateException e) {
      return false; // it does not listen yet
    }
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }
}
