package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.config.Settings;
import io.harvester.http.Readiness;
import io.harvester.http.server.Loopback;
import io.harvester.postgres.Database;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import io.harvester.warmup.JitWarmUp;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start rehearses, from a socket to the database, in which nothing stays. */
class JitWarmUpIT {
  private static final Pattern SECOND_ACT =
      Pattern.compile("second act of the rehearsal: [1-9]\\d* samples");

  private static final Pattern FAILED = Pattern.compile("(WARN|ERROR) .* (Rehearsal|Refresher): ");

  @TempDir Path folder;

  @EachTier
  void made_up_requests_go_all_the_way_and_leave_nothing(TestDatabase db) throws Exception {
    try (JarProcess aggregator = JarProcess.start(folder, db, "--warmup=2s", "--log-level=debug")) {
      // Logged just after the service calls itself ready.
      Eventually.until("the second act", () -> SECOND_ACT.matcher(aggregator.log()).find());
      assertFalse(aggregator.log().contains("the rehearsal failed"), aggregator.log());
      assertEquals(0, aggregator.sender().metric("harvester_samples_received_total"));
    }
    for (String table : List.of("node", "metric", "series", "sample", "rejected_sample")) {
      assertEquals(0L, db.value("SELECT count(*) FROM harvester." + table), table);
    }
  }

  @EachTier
  void the_first_real_request_is_taken_and_ends_it(TestDatabase db) throws Exception {
    Vertx vertx = Vertx.vertx();
    Settings settings =
        Settings.load(List.of("--database-url=" + db.url(), "--warmup=1h"), Map.of());
    AtomicBoolean busy = new AtomicBoolean();
    try (Database database =
            Database.open(vertx, settings.database().orElseThrow(), settings, () -> {}, () -> 0);
        JitWarmUp rehearsal =
            new JitWarmUp(
                into -> Loopback.open(vertx, settings, into), settings.warmUp(), busy::get)) {
      rehearsal.start();
      rehearsal.connected(database.nowhereCatalog(), database.nowhereStore());
      Thread.sleep(500);
      assertFalse(rehearsal.isOver());
      busy.set(true);
      assertTrue(rehearsal.isOver());
    } finally {
      vertx.close();
    }
  }

  @EachTier
  void writes_are_taken_while_the_service_calls_itself_not_ready(TestDatabase db) throws Exception {
    int port = TestAggregator.freePort();
    Process process = start(port, db, ProcessBuilder.Redirect.DISCARD);
    try {
      TestSender sender = new TestSender(port);
      Eventually.until("rehearsing", () -> answers(sender, "rehearsing"));
      sender.send(series("m", "node", "n").with(at(System.currentTimeMillis(), 1))).mustBeStored();
      sender.get("/-/ready").mustBe(200, "ready");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void nobody_listens_for_it_once_it_is_closed() throws Exception {
    Vertx vertx = Vertx.vertx();
    Settings settings = Settings.load(List.of("--warmup=1h"), Map.of());
    try {
      for (int millis : new int[] {0, 20, 200, 1000}) {
        List<Integer> ports = new CopyOnWriteArrayList<>();
        Function<Readiness, Loopback> entrance =
            into -> {
              Loopback open = Loopback.open(vertx, settings, into);
              ports.add(open.port());
              return open;
            };
        JitWarmUp rehearsal = new JitWarmUp(entrance, settings.warmUp(), () -> false);
        rehearsal.start();
        Thread.sleep(millis);
        rehearsal.close();
        assertTrue(rehearsal.isOver());
        assertEquals(1, ports.size());
        assertThrows(
            ConnectException.class,
            () -> new Socket(InetAddress.getLoopbackAddress(), ports.get(0)).close());
      }
    } finally {
      vertx.close();
    }
  }

  @EachTier
  void a_stop_in_the_middle_of_it_is_quiet(TestDatabase db) throws Exception {
    int port = TestAggregator.freePort();
    Path log = folder.resolve("stopped.log");
    Process process = start(port, db, ProcessBuilder.Redirect.to(log.toFile()));
    try {
      TestSender sender = new TestSender(port);
      Eventually.until("rehearsing", () -> answers(sender, "rehearsing"));
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

  /** One that rehearses until something happens. */
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
