// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.cli.Cli;
import io.harvester.cli.migrate.MigrateRequest;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.proto.v2.Request;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestDatabaseUrl;
import io.harvester.testing.TestSettings;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** From the embedded database to another one, of any tier: everything, once, bit for bit. */
class MigrateIT {
  private static final long HOUR = 3_600_000;
  private static final long NOW = System.currentTimeMillis() / HOUR * HOUR - HOUR + 1_000_000;
  private static final long LATER = 1_200_000;
  private static final Duration EACH_HOUR = Duration.ZERO;

  private static final String ADMINISTRATION =
      """
      INSERT INTO harvester.enrol_key (key_hash, uses_left, expires_at)
      VALUES (sha256('key'), 3, now() + interval '1 day');
      INSERT INTO harvester.node_credential (node_id, token_hash, enrol_key_id, revoked_at)
      SELECT node_id, sha256(name::bytea), (SELECT enrol_key_id FROM harvester.enrol_key),
             CASE WHEN name = 'n1' THEN now() END
        FROM harvester.node;
      INSERT INTO harvester.node_access (node_id, may_write, max_series)
      SELECT node_id, '{lab-*,"a,b"}', 77 FROM harvester.node WHERE name = 'n1';
      INSERT INTO harvester.reader (name, token_hash, may_read, sql)
      VALUES ('grafana', sha256('r'), '{n*}', false), ('analyst', sha256('s'), '{*}', true);
      INSERT INTO harvester.account (name, password_hash, may_read, disabled_at)
      VALUES ('guest', '$argon2id$', '{n*}', now());
      INSERT INTO harvester.access_event (kind, event, actor)
      VALUES ('account', 'logged in', 'guest');
      INSERT INTO harvester.node_tag (node_id, key, value)
      SELECT node_id, 'room', 'Zürich "1"' FROM harvester.node WHERE name = 'n2';
      INSERT INTO harvester.annotation (node, text) VALUES ('n1', 'moved'), (NULL, 'all');
      INSERT INTO harvester.rejected_sample (node, metric, reason, rejections)
      VALUES ('n1', 'm', 'too old', 5);
      SELECT harvester.set_node_retention('n0', '30 days');
      SELECT harvester.set_metric_retention('m1', '0');
      """;

  /** What must be the same on both sides, as text. */
  private static final List<String> SAME =
      List.of(
          "SELECT name, first_seen, last_write_at, samples_total FROM harvester.node",
          "SELECT name, type, help, unit, family FROM harvester.metric",
          "SELECT fingerprint, labels FROM harvester.series",
          """
          SELECT n.name, c.token_hash, c.created_at, c.revoked_at, k.key_hash
            FROM harvester.node_credential c JOIN harvester.node n USING (node_id)
            JOIN harvester.enrol_key k USING (enrol_key_id)
          """,
          "SELECT name, may_write, max_series FROM harvester.node_access JOIN harvester.node USING"
              + " (node_id)",
          "SELECT key_hash, uses_left, expires_at FROM harvester.enrol_key",
          "SELECT name, token_hash, may_read FROM harvester.reader WHERE NOT sql",
          "SELECT name, password_hash, admin, may_read, created_at, disabled_at FROM"
              + " harvester.account",
          "SELECT at, kind, event, actor FROM harvester.access_event WHERE kind = 'account'",
          "SELECT name, key, value FROM harvester.node_tag JOIN harvester.node USING (node_id)",
          "SELECT time, node, kind, who, text FROM harvester.annotation",
          "SELECT node, metric, reason, rejections, first_at FROM harvester.rejected_sample",
          """
          SELECT coalesce(n.name, m.name), r.period FROM harvester.retention_rule r
            LEFT JOIN harvester.node n USING (node_id) LEFT JOIN harvester.metric m USING (metric_id)
          """,
          """
          SELECT s.fingerprint, t.start_time, t.first_sample_time
            FROM harvester.series_start t JOIN harvester.series s USING (series_id)
          """,
          """
          SELECT s.fingerprint, x.time, float8send(x.value), x.labels, x.fingerprint
            FROM harvester.exemplar x JOIN harvester.series s USING (series_id)
          """,
          """
          SELECT s.fingerprint, record_send(row(h.time, h.schema, h.count_int, h.sum,
                   h.positive_offsets, h.positive_counts_int, h.custom_values, h.reset_hint,
                   h.start_time))
            FROM harvester.native_histogram h JOIN harvester.series s USING (series_id)
          """);

  @TempDir Path temp;
  private Path data;
  private Settings settings;

  @BeforeEach
  void makeFolder() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    data = temp.resolve("data");
    settings = TestSettings.of("--data-dir=" + data, "--pack-after=10m");
  }

  @EachTier
  void everything_arrives_once_though_interrupted_twice(TestDatabase db) throws Exception {
    try (EmbeddedPostgres postgres = start();
        TestAggregator aggregator = TestAggregator.start(postgres.url())) {
      Random random = new Random(5);
      for (int request = 0; request < 60; request++) {
        aggregator
            .send(samples(random, NOW - HOUR * (request % 12) + request / 12 * 120_000L))
            .mustBeStored();
      }
      aggregator.sender().post(details(), Message.Version.V2.contentType()).mustBe(204, "");
      new TestDatabaseUrl(postgres.url()).execute(ADMINISTRATION);
    }
    for (int hours : List.of(2, 5)) {
      assertThrows(Interruption.class, () -> migrate(db, true, new InterruptingStream(hours)));
    }
    String report = migrateAll(db);
    assertTrue(report.contains("both sides are equal"), report);
    assertTrue(report.contains("analyst"), report);
    String again = migrateAll(db);
    assertTrue(again.contains("\n0 data points copied"), again);
    assertSame(db);

    late(db);
  }

  /** Samples that come after a run are copied by the next one; a comparison sees them. */
  private void late(TestDatabase db) throws Exception {
    try (EmbeddedPostgres postgres = start();
        TestAggregator aggregator = TestAggregator.start(postgres.url())) {
      aggregator.send(samples(new Random(6), NOW - 3 * HOUR + LATER)).mustBeStored();
      aggregator.send(samples(new Random(7), NOW + LATER)).mustBeStored();
      ByteArrayOutputStream compared = new ByteArrayOutputStream();
      assertFalse(migrate(db, false, new PrintStream(compared, true, UTF_8)));
      assertTrue(compared.toString(UTF_8).contains("differ"), compared.toString(UTF_8));
      String online = migrateAll(db); // while the source is written
      assertTrue(online.contains("both sides are equal"), online);
    }
    assertSame(db);
    try (TestAggregator target = TestAggregator.start(db)) {
      long before = count(new TestDatabaseUrl(db.url()));
      target.send(samples(new Random(6), NOW - 3 * HOUR + LATER)).mustBeStored();
      assertEquals(before, count(new TestDatabaseUrl(db.url())));
      target.send(samples(new Random(8), NOW + LATER + 300_000)).mustBeStored();
      assertTrue(count(new TestDatabaseUrl(db.url())) > before);
    }
  }

  private void assertSame(TestDatabase db) throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      TestDatabaseUrl source = new TestDatabaseUrl(postgres.url());
      TestDatabaseUrl target = new TestDatabaseUrl(db.url());
      for (String query : SAME) {
        assertEquals(rows(source, query), rows(target, query), query);
      }
      assertEquals(samples(source), samples(target));
    }
  }

  private static List<String> rows(TestDatabaseUrl database, String query) throws Exception {
    List<String> rows = new ArrayList<>();
    for (List<Object> row :
        database.query("SELECT row_to_json(r)::text FROM (" + query + ") AS r")) {
      rows.add((String) row.get(0));
    }
    assertFalse(rows.isEmpty(), query);
    return rows.stream().sorted().toList();
  }

  private static String table(TestDatabaseUrl database) throws Exception {
    return (String)
        database.value(
            "SELECT coalesce(to_regclass('harvester.stored_sample'), 'harvester.sample')::text");
  }

  private static long count(TestDatabaseUrl database) throws Exception {
    return (long) database.value("SELECT count(*) FROM " + table(database));
  }

  private static List<String> samples(TestDatabaseUrl database) throws Exception {
    return rows(
        database,
        """
        SELECT r.fingerprint, n.name, extract(epoch FROM s.time) AS time, float8send(s.value)
          FROM %s s JOIN harvester.series r USING (series_id)
          JOIN harvester.node n ON n.node_id = s.node_id
        """
            .formatted(table(database)));
  }

  private EmbeddedPostgres start() throws Exception {
    return EmbeddedPostgres.start(data, new EmbeddedPostgres.Options(0, true, ""));
  }

  private String migrateAll(TestDatabase db) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    boolean equal = migrate(db, true, new PrintStream(printed, true, UTF_8));
    assertTrue(equal, printed.toString(UTF_8));
    return printed.toString(UTF_8);
  }

  private boolean migrate(TestDatabase db, boolean copies, PrintStream out) throws Exception {
    MigrateRequest request = new MigrateRequest(DatabaseUrl.parse(db.url()), Instant.EPOCH, copies);
    return Migration.run(settings, request, out, EACH_HOUR);
  }

  /** Three nodes, gauges and stale markers, and every kind of NaN. */
  private static Message.Series[] samples(Random random, long base) {
    List<Message.Series> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Message.Sample[] samples = new Message.Sample[1 + random.nextInt(6)];
      for (int s = 0; s < samples.length; s++) {
        long bits =
            switch (random.nextInt(5)) {
              case 0 -> Message.STALE;
              case 1 -> 0x7ff8000000000001L + random.nextInt(9);
              case 2 -> Double.doubleToRawLongBits(-0.0);
              default -> Double.doubleToRawLongBits(random.nextGaussian());
            };
        samples[s] = Message.bitsAt(base + 15_000L * s + random.nextInt(900), bits);
      }
      all.add(
          Message.series("m" + i % 4, "i", "ü\"" + i, "node", "n" + random.nextInt(3))
              .with(samples));
    }
    return all.toArray(Message.Series[]::new);
  }

  /** Histograms, one with custom buckets, exemplars, metadata and a start. */
  private static byte[] details() {
    Request.Builder request =
        Request.newBuilder()
            .addAllSymbols(
                List.of(
                    "",
                    "__name__",
                    "node",
                    "n0",
                    "latency",
                    "custom",
                    "requests_total",
                    "trace_id",
                    "abc",
                    "Latency of \"all\".",
                    "seconds"));
    var latency = request.addTimeseriesBuilder().addAllLabelsRefs(List.of(1, 4, 2, 3));
    latency.getMetadataBuilder().setTypeValue(3).setHelpRef(9).setUnitRef(10);
    for (int i = 2; i >= 0; i--) { // a sender sends the oldest first
      latency
          .addHistogramsBuilder()
          .setCountInt(7 + i)
          .setSum(1.5)
          .setSchema(2)
          .setZeroThreshold(0.001)
          .setZeroCountInt(1)
          .addPositiveSpans(span(-2, 2))
          .addPositiveSpans(span(3, 1))
          .addAllPositiveDeltas(List.of(2L, 0L, 0L + i))
          .setTimestamp(NOW - HOUR * i)
          .setStartTimestamp(NOW - 50 * HOUR);
    }
    request
        .addTimeseriesBuilder()
        .addAllLabelsRefs(List.of(1, 5, 2, 3))
        .addHistogramsBuilder()
        .setCountInt(3)
        .setSum(2)
        .setSchema(-53)
        .addPositiveSpans(span(0, 2))
        .addAllPositiveDeltas(List.of(1L, 1L))
        .addAllCustomValues(List.of(0.5, 1.0))
        .setTimestamp(NOW);
    var counter = request.addTimeseriesBuilder().addAllLabelsRefs(List.of(1, 6, 2, 3));
    counter.addSamplesBuilder().setValue(1).setTimestamp(NOW - 1000).setStartTimestamp(NOW - 9000);
    for (int i = 0; i < 4; i++) {
      counter
          .addExemplarsBuilder()
          .addAllLabelsRefs(List.of(7, 8))
          .setValue(0.25 * i)
          .setTimestamp(NOW - HOUR * i - 1);
    }
    return Message.compressed(request.build().toByteArray());
  }

  private static io.harvester.proto.v2.BucketSpan span(int offset, int length) {
    return io.harvester.proto.v2.BucketSpan.newBuilder()
        .setOffset(offset)
        .setLength(length)
        .build();
  }

  @EachTier
  void what_cannot_be_migrated_is_refused(TestDatabase db) throws Exception {
    mustFail("there is no embedded database in " + data, "--data-dir=" + data, "--to=" + db.url());
    start().close();
    mustFail("it has no tables of Harvester", "--data-dir=" + data, "--to=" + db.url());
    TestAggregator.start(db).close();
    mustFail(
        "source and target are the same database",
        "--database-url=" + db.url(),
        "--to=" + db.url());
  }

  private static void mustFail(String reason, String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    List<String> all = new ArrayList<>(List.of("migrate"));
    all.addAll(List.of(arguments));
    assertEquals(Cli.FAILED, new Cli(new Main.Commands(), Map.of(), out, out).run(all));
    assertTrue(printed.toString(UTF_8).contains(reason), printed.toString(UTF_8));
  }

  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Ends a migration from inside, at its n-th line about an hour. */
  private static final class InterruptingStream extends PrintStream {
    private final int lines;
    private int seen;

    InterruptingStream(int lines) {
      super(OutputStream.nullOutputStream(), true, UTF_8);
      this.lines = lines;
    }

    @Override
    public PrintStream printf(java.util.Locale locale, String format, Object... arguments) {
      if (format.contains("hours") && ++seen == lines) {
        throw new Interruption();
      }
      return this;
    }
  }
}
