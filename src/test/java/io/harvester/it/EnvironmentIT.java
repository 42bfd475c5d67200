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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The service with its embedded database in an environment that would change numbers, times, file
 * modes or connections: it starts, stores, starts again, and {@code sql} reads what was stored.
 */
class EnvironmentIT {
  private static final Duration START_TIME = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @BeforeEach
  void letOthersPass() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Duser.language=fa -Duser.country=IR",
        "-Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab",
        "-Duser.language=th -Duser.country=TH -Duser.extensions=u-nu-thai-ca-buddhist",
        "-Duser.language=tr -Duser.country=TR -Duser.timezone=Asia/Kathmandu"
      })
  void locales_and_time_zones_change_nothing(String jvm) throws Exception {
    assertWorks("022", Map.of("HARVESTER_JAVA_OPTS", jvm, "TZ", "Asia/Kathmandu"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"027", "077"})
  void a_strict_umask_changes_nothing(String umask) throws Exception {
    assertWorks(umask, Map.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c search_path=nowhere -c DateStyle=German -c timezone=Asia/Kolkata",
        "-c default_transaction_read_only=on"
      })
  void variables_of_libpq_change_nothing(String options) throws Exception {
    assertWorks(
        "022",
        Map.of(
            "PGOPTIONS", options,
            "PGTZ", "Asia/Kolkata",
            "PGCLIENTENCODING", "LATIN1",
            "PGHOST", "unknown.invalid",
            "PGPORT", "1",
            "PGUSER", "unknown",
            "PGSSLMODE", "verify-full",
            "PGDATA", "/nonexistent"));
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
