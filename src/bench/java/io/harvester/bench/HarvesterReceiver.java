package io.harvester.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our aggregator and its database. Starting it empties the schemas harvester and metric there. */
final class HarvesterReceiver implements Receiver {
  private static final Pattern TIER = Pattern.compile("tier=(\\w+)");

  /** Chunk care vacuums a chunk after it has compacted it. */
  private static final Duration LAST_STEP = Duration.ofSeconds(20);

  /** Chunks as they were written: in batches that are not in order yet. */
  private static final String UNORDERED =
      """
      SELECT count(*) FROM timescaledb_information.chunks c
       WHERE c.hypertable_schema = 'harvester' AND c.hypertable_name = 'sample'
         AND _timescaledb_functions.chunk_status(
               format('%I.%I', c.chunk_schema, c.chunk_name)::regclass) & 2 = 2
      """;

  // What inherits from the table of samples, and the compressed halves of chunks, which do not.
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
  private final PostgresUrl database;
  private final Path log;
  private final URI url;
  private final Duration care;
  private ServerProcess process;
  private Connection connection;
  private long walStart;

  /**
   * An aggregator that is not started yet.
   *
   * @param command starts it; its environment is added
   * @param care how long chunk care may take before what is on disk counts as settled
   */
  HarvesterReceiver(String command, PostgresUrl database, Path folder, int port, Duration care) {
    this.command = command;
    this.database = database;
    this.log = folder.resolve("harvester-" + database.port() + ".log");
    this.url = URI.create("http://127.0.0.1:" + port + "/api/v1/write");
    this.care = care;
  }

  @Override
  public String name() {
    return "Harvester, " + tier();
  }

  @Override
  public boolean speaks(Protocol protocol) {
    return true;
  }

  @Override
  public void start() throws IOException, InterruptedException, SQLException {
    connection = database.connect();
    // Before its schema: TimescaleDB 2.29 leaves compressed chunks behind when only the schema
    // goes.
    execute("DROP TABLE IF EXISTS harvester.sample CASCADE");
    execute("DROP SCHEMA IF EXISTS harvester CASCADE");
    execute("DROP SCHEMA IF EXISTS metric CASCADE");
    walStart = number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
    Files.deleteIfExists(log);
    process =
        new ServerProcess(
            "env HARVESTER_LISTEN=%s HARVESTER_DATABASE_URL='%s' %s"
                .formatted(url.getAuthority(), database.uri(), command),
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
  public Footprint written() throws SQLException {
    long samples = number(SAMPLE_BYTES);
    return new Footprint(
        samples,
        number(
            "SELECT sum(pg_total_relation_size(format('harvester.%I', tablename)))::bigint"
                + " FROM pg_tables WHERE schemaname = 'harvester' AND tablename <> 'sample'"
                + " AND NOT EXISTS (SELECT FROM pg_inherits"
                + " WHERE inhrelid = format('harvester.%I', tablename)::regclass)"));
  }

  /** Waits until chunk care has been everywhere and leaves the size alone, but not for ever. */
  @Override
  public Footprint settled() throws SQLException, InterruptedException {
    Footprint last = written();
    if (!tier().equals("columnar")) {
      return last;
    }
    long end = System.nanoTime() + care.toNanos();
    long quietSince = System.nanoTime();
    while (System.nanoTime() < end && System.nanoTime() - quietSince < LAST_STEP.toNanos()) {
      Thread.sleep(1000);
      Footprint now = written();
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
      System.err.println("closing the connection to the database: " + e.getMessage());
    }
  }

  PostgresUrl database() {
    return database;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  long number(String sql) throws SQLException {
    return new StoredSamples(connection).number(sql);
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
