// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.load.Protocol;
import io.harvester.bench.tool.ProcessStats;
import io.harvester.bench.tool.ServerProcess;
import io.harvester.testing.TestDatabaseUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Harvester's aggregator and its database. A start drops the schemas harvester and metric there.
 */
final class HarvesterReceiver implements Receiver {
  private static final Pattern TIER = Pattern.compile("tier=(\\w+)");

  /** Maintenance is over if the size has not changed for this long: it merges, then vacuums. */
  private static final Duration QUIET = Duration.ofSeconds(20);

  /** Chunks that maintenance has not merged yet: their compressed batches are unordered. */
  private static final String UNORDERED =
      """
      SELECT count(*) FROM timescaledb_information.chunks c
       WHERE c.hypertable_schema = 'harvester' AND c.hypertable_name = 'sample'
         AND _timescaledb_functions.chunk_status(
               format('%I.%I', c.chunk_schema, c.chunk_name)::regclass) & 2 = 2
      """;

  // The chunks inherit from the table of samples; the tables of their compressed batches do not.
  private static final String SAMPLE_BYTES =
      """
      WITH RECURSIVE part(oid) AS (
        SELECT 'harvester.sample'::regclass::oid
        UNION SELECT inhrelid FROM pg_inherits JOIN part ON inhparent = part.oid),
      compressed AS (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE n.nspname = '_timescaledb_internal' AND c.relkind = 'r' AND relname ~ '^compress_|_chunk_compressed$')
      SELECT sum(pg_total_relation_size(oid))::bigint
      FROM (SELECT oid FROM part UNION SELECT oid FROM compressed) all_of_it
      """;

  private final String command;
  private final TestDatabaseUrl database;
  private final Path log;
  private final URI url;
  private final Duration maintenance;
  private ServerProcess process;
  private Connection connection;
  private long walStart;

  /**
   * An aggregator that is not started yet.
   *
   * @param command starts the aggregator; its settings are added by {@code env}
   * @param maintenance longest wait for chunk maintenance before the size is measured
   */
  HarvesterReceiver(
      String command, TestDatabaseUrl database, Path folder, int port, Duration maintenance) {
    this.command = command;
    this.database = database;
    this.log = folder.resolve("harvester-" + database.port() + ".log");
    this.url = URI.create("http://127.0.0.1:" + port + "/api/v1/write");
    this.maintenance = maintenance;
  }

  @Override
  public String name() {
    return "Harvester, " + tier();
  }

  @Override
  public boolean accepts(Protocol protocol) {
    return true;
  }

  @Override
  public void start() throws IOException, InterruptedException, SQLException {
    connection = database.connect();
    // The table first: TimescaleDB 2.29 leaves compressed chunks behind when only the schema is
    // dropped.
    execute("DROP TABLE IF EXISTS harvester.sample CASCADE");
    execute("DROP SCHEMA IF EXISTS harvester CASCADE");
    execute("DROP SCHEMA IF EXISTS metric CASCADE");
    walStart = number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
    Files.deleteIfExists(log);
    process =
        new ServerProcess(
            "env HARVESTER_LISTEN=%s HARVESTER_DATABASE_URL='%s' %s"
                .formatted(url.getAuthority(), database.text(), command),
            url.resolve("/-/ready"),
            log);
    process.start();
    process.awaitReady(Duration.ofMinutes(1));
  }

  @Override
  public URI writeUrl() {
    return url;
  }

  /** The aggregator, and the postmaster if it runs on this machine. */
  @Override
  public List<Long> processes() throws SQLException, IOException {
    long backend = number("SELECT pg_backend_pid()");
    Path status = Path.of("/proc", Long.toString(backend), "comm");
    boolean local = Files.exists(status) && Files.readString(status).startsWith("postgres");
    return local ? List.of(process.pid(), ProcessStats.parent(backend)) : List.of(process.pid());
  }

  @Override
  public Footprint sizeAfterLoad() throws SQLException {
    long samples = number(SAMPLE_BYTES);
    return new Footprint(
        samples,
        number(
            "SELECT sum(pg_total_relation_size(format('harvester.%I', tablename)))::bigint"
                + " FROM pg_tables WHERE schemaname = 'harvester' AND tablename <> 'sample'"
                + " AND NOT EXISTS (SELECT FROM pg_inherits"
                + " WHERE inhrelid = format('harvester.%I', tablename)::regclass)"));
  }

  /** Waits until all chunks are merged and the size is stable, or the time limit is reached. */
  @Override
  public Footprint sizeAfterMaintenance() throws SQLException, InterruptedException {
    Footprint last = sizeAfterLoad();
    if (!tier().equals("columnar")) {
      return last;
    }
    long end = System.nanoTime() + maintenance.toNanos();
    long quietSince = System.nanoTime();
    while (System.nanoTime() < end && System.nanoTime() - quietSince < QUIET.toNanos()) {
      Thread.sleep(1000);
      Footprint now = sizeAfterLoad();
      if (!now.equals(last) || number(UNORDERED) > 0) {
        quietSince = System.nanoTime();
        last = now;
      }
    }
    return last;
  }

  @Override
  public long walBytes() throws SQLException {
    return number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint") - walStart;
  }

  @Override
  public void stop() throws InterruptedException {
    process.stop(Duration.ofSeconds(60));
    try {
      connection.close();
    } catch (SQLException e) {
      System.err.println("cannot close the connection to the database: " + e.getMessage());
    }
  }

  /** Runs a statement in the database of the started aggregator. */
  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The number that a query returns. */
  long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private String tier() {
    try {
      Matcher tier = TIER.matcher(Files.readString(log));
      return tier.find() ? tier.group(1) : "port " + database.port();
    } catch (IOException e) {
      return "port " + database.port();
    }
  }
}
