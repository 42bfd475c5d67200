// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.harvester.bench.tool.ProgramOptions;
import io.harvester.testing.TestDatabaseUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.xerial.snappy.Snappy;

/**
 * A minimal aggregator with a selectable fault, which checks the trial itself: a trial must pass
 * with {@code --fault none} and fail with every other. It accepts remote_write 1.0 only, is slow,
 * and shares no code with the real aggregator.
 */
public final class FaultyAggregator {
  private static final String USAGE =
      """
      FaultyAggregator: a minimal aggregator with a selectable fault; a trial must detect it

        --listen PORT       on 127.0.0.1 (9201)
        --database URL      postgresql://user:password@host:port/database
        --fault FAULT       (none)

      Faults:
        none     no fault: a trial must pass
        early    responds 204 before the commit
        lose     responds 204 to one request in 20 without storing it
        double   has no unique index and stores repeated samples again
        value    replaces every NaN, stale markers included, by the standard one
        status   responds 500, not 503, while the database is down
      """;

  private enum Fault {
    NONE,
    /** Responds 204 before the commit. */
    EARLY,
    /** Responds 204 to one request in 20 without storing it. */
    LOSE,
    /** Has no unique index and stores repeated samples again. */
    DOUBLE,
    /** Replaces every NaN, stale markers included, by the standard one. */
    VALUE,
    /** Responds 500, not 503, while the database is down. */
    STATUS
  }

  private static final String SCHEMA =
      """
      CREATE SCHEMA IF NOT EXISTS harvester;
      CREATE TABLE IF NOT EXISTS harvester.node (
        node_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE);
      CREATE TABLE IF NOT EXISTS harvester.metric (
        metric_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE);
      CREATE TABLE IF NOT EXISTS harvester.series (
        series_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        metric_id int, node_id int, labels jsonb, UNIQUE (metric_id, node_id, labels));
      CREATE TABLE IF NOT EXISTS harvester.sample (
        time timestamptz, node_id int, series_id bigint, value float8);
      """;

  private static final String STORE =
      """
      WITH m AS (INSERT INTO harvester.metric (name) VALUES (?)
                 ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING metric_id),
           n AS (INSERT INTO harvester.node (name) VALUES (?)
                 ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING node_id),
           s AS (INSERT INTO harvester.series (metric_id, node_id, labels)
                 SELECT metric_id, node_id, ?::jsonb FROM m, n
                 ON CONFLICT (metric_id, node_id, labels) DO UPDATE SET labels = excluded.labels
                 RETURNING series_id, node_id)
      INSERT INTO harvester.sample
      SELECT to_timestamp(?::bigint / 1000.0), node_id, series_id, ? FROM s ON CONFLICT DO NOTHING
      """;

  private final TestDatabaseUrl database;
  private final Fault fault;

  private FaultyAggregator(TestDatabaseUrl database, Fault fault) {
    this.database = database;
    this.fault = fault;
  }

  /** Runs until it is terminated. */
  public static void main(String[] args) throws IOException, SQLException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    ProgramOptions arguments = new ProgramOptions(args);
    int port = arguments.number("listen", 9201);
    TestDatabaseUrl database = new TestDatabaseUrl(arguments.required("database"));
    Fault fault = Fault.valueOf(arguments.text("fault", "none").toUpperCase(Locale.ROOT));
    arguments.finish();
    FaultyAggregator aggregator = new FaultyAggregator(database, fault);
    aggregator.createSchema();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.createContext("/-/ready", exchange -> respond(exchange, 200));
    server.createContext("/metrics", exchange -> respond(exchange, 200));
    server.createContext("/api/v1/write", aggregator::write);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
    server.start();
  }

  private void createSchema() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(SCHEMA);
      statement.execute(
          fault == Fault.DOUBLE
              ? "DROP INDEX IF EXISTS harvester.sample_once"
              : "CREATE UNIQUE INDEX IF NOT EXISTS sample_once ON harvester.sample (series_id,"
                  + " time)");
    }
  }

  private void write(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (fault == Fault.EARLY) {
      respond(exchange, 204);
    }
    int status = 204;
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      try (PreparedStatement store = connection.prepareStatement(STORE)) {
        CodedInputStream message = CodedInputStream.newInstance(Snappy.uncompress(body));
        for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
          series(CodedInputStream.newInstance(message.readByteBuffer()), store);
        }
        store.executeBatch();
      }
      if (fault != Fault.LOSE || ThreadLocalRandom.current().nextInt(20) != 0) {
        connection.commit();
      }
    } catch (SQLException e) {
      status = fault == Fault.STATUS ? 500 : 503;
    }
    if (fault != Fault.EARLY) {
      respond(exchange, status);
    }
  }

  private void series(CodedInputStream in, PreparedStatement store)
      throws IOException, SQLException {
    SortedMap<String, String> labels = new TreeMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      CodedInputStream part = CodedInputStream.newInstance(in.readByteBuffer());
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        part.readTag();
        String name = part.readString();
        part.readTag();
        labels.put(name, part.readString());
      } else {
        sample(part, labels, store);
      }
    }
  }

  private void sample(
      CodedInputStream in, SortedMap<String, String> labels, PreparedStatement store)
      throws IOException, SQLException {
    double value = 0;
    long time = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        value = in.readDouble();
      } else {
        time = in.readInt64();
      }
    }
    SortedMap<String, String> rest = new TreeMap<>(labels);
    store.setString(1, rest.remove("__name__"));
    store.setString(2, rest.remove("node"));
    store.setString(3, json(rest));
    store.setLong(4, time);
    store.setDouble(5, fault == Fault.VALUE && Double.isNaN(value) ? Double.NaN : value);
    store.addBatch();
  }

  private static String json(SortedMap<String, String> labels) {
    StringBuilder json = new StringBuilder("{");
    labels.forEach(
        (name, value) ->
            json.append(json.length() > 1 ? "," : "").append('"' + name + "\":\"" + value + '"'));
    return json.append('}').toString();
  }

  private static void respond(HttpExchange exchange, int status) throws IOException {
    if (status == 503) {
      exchange.getResponseHeaders().add("Retry-After", "1");
    }
    byte[] body = (status == 204 ? "" : "ok\n").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, status == 204 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
