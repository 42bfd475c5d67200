// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.config.Settings;
import io.harvester.http.Readiness;
import io.harvester.http.server.Loopback;
import io.harvester.postgres.Database;
import io.harvester.schedule.Scheduler;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import io.harvester.testing.TestSettings;
import io.harvester.warmup.JitWarmUp;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start warms up with synthetic requests, from a socket to the database, and stores none. */
class JitWarmUpIT {
  private static final Pattern SECOND_PHASE =
      Pattern.compile("second phase of the JIT warm-up: [1-9]\\d* samples");

  private static final Pattern FAILED = Pattern.compile("(WARN|ERROR) .* (JitWarmUp|Scheduler): ");

  @TempDir Path folder;

  @EachTier
  void synthetic_requests_reach_the_database_and_leave_nothing(TestDatabase db) throws Exception {
    try (JarProcess aggregator = JarProcess.start(folder, db, "--warmup=2s", "--log-level=debug")) {
      // Logged just after the service calls itself ready.
      Eventually.until("the second phase", () -> SECOND_PHASE.matcher(aggregator.log()).find());
      assertFalse(aggregator.log().contains("the JIT warm-up failed"), aggregator.log());
      assertEquals(0, aggregator.sender().metric("harvester_samples_received_total"));
    }
    for (String table : List.of("node", "metric", "series", "sample", "rejected_sample")) {
      assertEquals(0L, db.value("SELECT count(*) FROM harvester." + table), table);
    }
  }

  @EachTier
  void the_first_real_request_ends_it(TestDatabase db) throws Exception {
    Vertx vertx = Vertx.vertx();
    Settings settings = TestSettings.of("--database-url=" + db.url(), "--warmup=1h");
    AtomicBoolean busy = new AtomicBoolean();
    Scheduler scheduler = new Scheduler();
    try (Database database =
            Database.open(
                vertx, settings.database().orElseThrow(), settings, () -> {}, () -> 0, scheduler);
        scheduler;
        JitWarmUp warmUp =
            new JitWarmUp(
                into -> Loopback.open(vertx, settings, into), settings.warmUp(), busy::get)) {
      warmUp.start();
      warmUp.connected(database.discardingCatalog(), database.discardingStore());
      Thread.sleep(500);
      assertFalse(warmUp.isOver());
      busy.set(true);
      assertTrue(warmUp.isOver());
    } finally {
      vertx.close();
    }
  }

  @EachTier
  void writes_are_accepted_while_the_service_is_not_ready(TestDatabase db) throws Exception {
    int port = TestAggregator.freePort();
    Process process = start(port, db, ProcessBuilder.Redirect.DISCARD);
    try {
      TestSender sender = new TestSender(port);
      Eventually.until("warming up", () -> answers(sender, "warming up"));
      sender.send(series("m", "node", "n").with(at(System.currentTimeMillis(), 1))).mustBeStored();
      sender.get("/-/ready").mustBe(200, "ready");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void its_listeners_are_closed_with_it() throws Exception {
    Vertx vertx = Vertx.vertx();
    Settings settings = TestSettings.of("--warmup=1h");
    try {
      for (int millis : new int[] {0, 20, 200, 1000}) {
        AtomicInteger opened = new AtomicInteger();
        Function<Readiness, Loopback> entrance =
            into -> {
              opened.incrementAndGet();
              return Loopback.open(vertx, settings, into);
            };
        JitWarmUp warmUp = new JitWarmUp(entrance, settings.warmUp(), () -> false);
        warmUp.start();
        Thread.sleep(millis);
        warmUp.close();
        assertTrue(warmUp.isOver());
        assertEquals(1, opened.get());
        // Another program may listen on the freed port by now, so the port itself says nothing.
        Eventually.until("its listener is closed", () -> vertx.deploymentIDs().isEmpty());
      }
    } finally {
      vertx.close();
    }
  }

  @EachTier
  void a_stop_during_the_warm_up_is_quiet(TestDatabase db) throws Exception {
    int port = TestAggregator.freePort();
    Path log = folder.resolve("stopped.log");
    Process process = start(port, db, ProcessBuilder.Redirect.to(log.toFile()));
    try {
      TestSender sender = new TestSender(port);
      Eventually.until("warming up", () -> answers(sender, "warming up"));
      process.destroy();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      String said = Files.readString(log);
      assertEquals(0, process.exitValue(), said);
      assertFalse(said.contains("\tat "), said);
      assertFalse(FAILED.matcher(said).find(), said);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A start that warms up until a real request arrives. */
  private Process start(int port, TestDatabase db, ProcessBuilder.Redirect log) throws IOException {
    return JarProcess.builder(
            folder, "--listen=127.0.0.1:" + port, "--database-url=" + db.url(), "--warmup=10m")
        .redirectOutput(log)
        .start();
  }

  private static boolean answers(TestSender sender, String fragment) {
    try {
      return sender.get("/-/ready").body().contains(fragment);
    } catch (IllegalStateException e) {
      return false; // it does not listen yet
    }
  }
}
