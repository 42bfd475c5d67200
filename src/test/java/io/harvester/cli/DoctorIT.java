// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Certificates;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} says of healthy and of ill installations. */
class DoctorIT {
  private static final long NOW = System.currentTimeMillis();

  @TempDir private Path folder;
  private int status;

  @EachTier
  void a_healthy_installation_has_nothing_to_mend(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      write(aggregator, 1);
      Map<String, JsonObject> found = doctor(db, "--listen=127.0.0.1:" + aggregator.port());
      assertEquals(
          "127.0.0.1:" + aggregator.port() + " answers 200 OK ready", text(found, "service"));
      for (String check :
          List.of("service", "rights", "clock", "edition", "connections", "rejections", "space")) {
        assertEquals("ok", found.get(check).getString("state"), found::toString);
        assertEquals("", found.get(check).getString("advice"));
      }
      assertEquals("1 write, 0 are silent, 0 never wrote", text(found, "nodes"));
      // The tests' own servers run without fsync.
      assertEquals(text(found, "server").contains("fsync off") ? Cli.FAILED : Cli.OK, status);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void what_is_wrong_is_named_with_what_mends_it(TestDatabase db) throws Exception {
    Certificates certificates = new Certificates(folder).sign("localhost");
    String certificate = "--tls-certificate=" + certificates.certificate("localhost", "c.pem");
    String key = "--tls-key=" + certificates.key("localhost", "k.pem");
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      write(aggregator, 1);
      assertEquals(400, aggregator.send(message(2)).status());
      assertEquals(
          400, aggregator.send(message(3, "n", System.currentTimeMillis() + 7_200_000)).status());
      aggregator.send(message(1, "old", System.currentTimeMillis())).mustBeStored();
      Eventually.until(
          "rejections are recorded",
          () -> !db.value("SELECT count(*) FROM harvester.rejected_sample").equals(0L));
      Eventually.until(
          "node status is recorded",
          () -> !db.value("SELECT count(*) FROM fleet.node WHERE node = 'old'").equals(0L));
    }
    db.superuser()
        .execute(
            "UPDATE harvester.node SET last_write_at = now() - interval '1 hour'"
                + " WHERE name = 'old'");
    Map<String, JsonObject> found =
        doctor(db, "--listen=127.0.0.1:" + TestAggregator.freePort(), certificate, key);
    assertEquals(Cli.FAILED, status);
    assertEquals("fail", found.get("service").getString("state"));
    assertEquals("ok", found.get("certificate").getString("state"), found::toString);
    assertTrue(text(found, "nodes").endsWith("1 are silent, 0 never wrote: old"), found::toString);
    assertTrue(text(found, "rejections").startsWith("m of n since "), found::toString);
    assertTrue(
        text(found, "conflicts").startsWith("1 series received two values"), found::toString);
    for (String check : List.of("nodes", "rejections", "conflicts")) {
      assertEquals("warn", found.get(check).getString("state"), found::toString);
      assertTrue(found.get(check).getString("advice").contains("docs/alerts.md"), found::toString);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_database_that_does_not_answer_is_a_finding(TestDatabase db) throws Exception {
    String url = db.superuser().through(TestAggregator.freePort());
    Map<String, JsonObject> found = run("--database-url=" + url);
    assertEquals(Cli.FAILED, status);
    assertTrue(text(found, "database").contains("refused"), found::toString);
    assertTrue(!found.toString().contains(url.replaceFirst("^.*:(.*)@.*$", "$1")));
  }

  private Map<String, JsonObject> doctor(TestDatabase db, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--database-url=" + db.url());
    return run(all.toArray(String[]::new));
  }

  private Map<String, JsonObject> run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("doctor", "--json"));
    Map<String, String> environment = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.substring(2).split("=", 2);
      environment.put("HARVESTER_" + parts[0].toUpperCase(Locale.ROOT).replace('-', '_'), parts[1]);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    status =
        new Cli(settings -> Cli.USAGE, environment, new PrintStream(out, true, UTF_8), System.err)
            .run(all);
    Map<String, JsonObject> found = new LinkedHashMap<>();
    for (Object finding : new JsonArray(out.toString(UTF_8))) {
      found.put(((JsonObject) finding).getString("check"), (JsonObject) finding);
    }
    return found;
  }

  private static String text(Map<String, JsonObject> found, String check) {
    return found.get(check).getString("finding");
  }

  private static void write(TestAggregator aggregator, double value) {
    aggregator.send(message(value)).mustBeStored();
  }

  private static Message.Series message(double value) {
    return message(value, "n", NOW);
  }

  private static Message.Series message(double value, String node, long time) {
    return Message.series("m", "node", node).with(Message.at(time, value));
  }
}
