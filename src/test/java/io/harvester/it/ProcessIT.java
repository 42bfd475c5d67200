// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Answer;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import io.harvester.testing.TestTier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as operators run it: how it starts, how it refuses to, and how it stops. */
class ProcessIT {
  private static final long NOW = System.currentTimeMillis();

  @TempDir private Path folder;

  /** A run that ended: its status and everything it said. */
  private record Ended(int status, String output) {
    Ended mustFail(int expectedStatus, String... fragments) {
      assertEquals(expectedStatus, status, output);
      List<String> lines =
          output.lines().filter(line -> line.startsWith("harvester-aggregator: ")).toList();
      assertEquals(1, lines.size(), output);
      for (String fragment : fragments) {
        assertTrue(lines.get(0).contains(fragment), output);
      }
      assertFalse(output.contains("\tat "), output);
      return this;
    }
  }

  @Test
  void help_and_version_are_printed() throws Exception {
    Ended version = run("--version");
    assertEquals(0, version.status());
    assertTrue(version.output().startsWith("harvester-aggregator "), version.output());
    assertEquals(1, version.output().lines().count(), version.output());
    Ended help = run("--help");
    assertEquals(0, help.status());
    assertTrue(help.output().contains("--database-url"), help.output());
  }

  @Test
  void bad_settings_are_refused_in_one_line() throws Exception {
    Ended ended =
        run("--retension=1d", "--writers=65", "--listen=nonsense")
            .mustFail(64, "did you mean --retention?", "--writers must be", "--listen is not");
    assertEquals(2, ended.output().lines().count(), ended.output());
    assertTrue(ended.output().contains("Try 'harvester-aggregator --help'"), ended.output());
  }

  @EachTier(TestTier.POSTGRES)
  void a_port_in_use_is_refused(TestDatabase db) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      run("--listen=" + address, "--database-url=" + db.url())
          .mustFail(1, "cannot listen on " + address + " (HARVESTER_LISTEN)");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_database_that_refuses_is_named_without_its_password(TestDatabase db) throws Exception {
    String url = db.url();
    String password = url.replaceFirst("^.*:(.*)@.*$", "$1");
    for (String wrong :
        List.of(
            url.replace(":" + password + "@", ":" + password + "x@"),
            url + "_missing",
            url + "?sslmode=verify-full&sslrootcert=/no/such/file",
            url + "?sslmode=require")) {
      Ended ended = start(wrong).mustFail(1, "HARVESTER_DATABASE_URL");
      assertFalse(ended.output().contains(password), ended.output());
    }
    Ended ended = start(url + "?sslmode=bogus").mustFail(64, "--database-url has sslmode=bogus");
    assertFalse(ended.output().contains(password), ended.output());
  }

  private Ended start(String url) throws Exception {
    return run("--listen=127.0.0.1:" + TestAggregator.freePort(), "--database-url=" + url);
  }

  @EachTier(TestTier.POSTGRES)
  void a_role_that_may_not_make_tables_is_told_so(TestDatabase db) throws Exception {
    String role = (String) db.value("SELECT current_user");
    db.superuser()
        .execute(
            "REVOKE CREATE ON DATABASE " + db.value("SELECT current_database()") + " FROM public");
    db.superuser()
        .execute(
            "ALTER DATABASE " + db.value("SELECT current_database()") + " OWNER TO CURRENT_USER");
    try {
      start(db.url()).mustFail(1, "GRANT CREATE ON DATABASE");
    } finally {
      db.superuser()
          .execute("ALTER DATABASE " + db.value("SELECT current_database()") + " OWNER TO " + role);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void the_launcher_becomes_the_service(TestDatabase db) throws Exception {
    try (JarProcess aggregator = JarProcess.start(folder, db)) {
      List<String> command = aggregator.command();
      assertTrue(command.get(0).endsWith("/java"), command.toString());
      assertTrue(
          command.containsAll(
              List.of(
                  "-Dharvester.launcher=true",
                  "-XX:+UseSerialGC",
                  "-XX:InlineSmallCode=600",
                  "-XX:FreqInlineSize=80",
                  "-Xmx256m")),
          command.toString());
      aggregator.sender().send(series("m", "node", "n").with(at(NOW, 0))).mustBeStored();
      assertFalse(aggregator.log().contains("deploy/harvester"), aggregator.log());
      aggregator.process().destroy();
      assertTrue(aggregator.process().waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, aggregator.process().exitValue(), aggregator.log());
    }
  }

  @Test
  void a_start_without_the_launcher_names_it() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listen = "--listen=127.0.0.1:" + taken.getLocalPort();
      Ended plain = run(JarProcess.withoutLauncher(folder, listen));
      assertEquals(1, plain.status(), plain.output());
      assertTrue(plain.output().contains("without deploy/harvester"), plain.output());
      Ended launched = run(listen);
      assertEquals(1, launched.status(), launched.output());
      assertFalse(launched.output().contains("deploy/harvester"), launched.output());
    }
  }

  @EachTier
  void a_stop_answers_what_was_accepted_and_ends_with_0(TestDatabase db) throws Exception {
    try (JarProcess aggregator = JarProcess.start(folder, db)) {
      Process process = aggregator.process();
      TestSender sender = aggregator.sender();
      sender.send(series("m", "node", "n").with(at(NOW, 0))).mustBeStored();
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      try (Connection connection = db.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("SELECT FROM harvester.node WHERE name = 'n' FOR UPDATE");
        for (int i = 1; i <= 10; i++) {
          answers.add(sender.sendAsync(Message.of(series("m", "node", "n").with(at(NOW + i, i)))));
        }
        Eventually.until(
            "all are in flight", () -> sender.metric("harvester_requests_in_flight") == 10);
        process.destroy();
        Thread.sleep(1000);
        assertTrue(process.isAlive(), "it waits for what it accepted");
        connection.rollback();
      }
      for (CompletableFuture<Answer> answer : answers) {
        answer.get(30, TimeUnit.SECONDS).mustBeStored().mustHaveWritten(1);
      }
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), aggregator.log());
      assertEquals(11, Stored.rows(db));
      assertFalse(aggregator.log().contains("ERROR"), aggregator.log());
    }
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    return run(JarProcess.builder(folder, arguments));
  }

  private Ended run(ProcessBuilder command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "run", ".log");
    Process process = command.redirectOutput(output.toFile()).start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), Files.readString(output));
      return new Ended(process.exitValue(), Files.readString(output));
    } finally {
      process.destroyForcibly();
    }
  }
}
