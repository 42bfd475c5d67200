// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.storage.SampleBatch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The columnstore chunks of table {@code sample}: creates them, and knows which accept compressed
 * batches. A chunk is created and converted to the columnstore before its first row is written, so
 * that no row is ever stored in the rowstore.
 */
public final class ColumnarChunks {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnarChunks.class);

  /** Serializes creation over all processes, so that no chunk is created twice. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('harvester.chunks'))";

  private static final String CHUNKS =
      """
      SELECT range_start, range_end FROM timescaledb_information.chunks
       WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample'
      """;

  private final Jdbc jdbc;
  private final Supplier<Duration> interval;
  private final TimeWindows known = new TimeWindows();
  private final CodecProbe probe;
  private final BusyChunks busy = new BusyChunks();
  private final LongAdder writtenRows = new LongAdder();

  /** By start of the chunk; empty if the chunk was checked and takes COPY only. */
  private final Map<Long, Optional<CompressedInsert>> inserts = new ConcurrentHashMap<>();

  /** By start of the chunk; empty if its compressed batches cannot be read. */
  private final Map<Long, Optional<CompressedTable>> tables = new ConcurrentHashMap<>();

  /**
   * Knows no chunk yet.
   *
   * @param interval time span of a chunk that is created from now on
   */
  public ColumnarChunks(Jdbc jdbc, CodecProbe probe, Supplier<Duration> interval) {
    this.jdbc = jdbc;
    this.probe = probe;
    this.interval = interval;
  }

  /** The chunk of a time (ms since the epoch), or null if none is known. */
  TimeWindows.Window of(long time) {
    return known.of(time);
  }

  /** The INSERT of compressed batches into a chunk, or null if its rows have to be sent by COPY. */
  CompressedInsert insert(TimeWindows.Window chunk) {
    Optional<CompressedInsert> insert = inserts.get(chunk.start());
    return insert == null ? null : insert.orElse(null);
  }

  /** Records that compressed batches were inserted into a chunk. */
  void written(TimeWindows.Window chunk, int rows) {
    busy.written(chunk.start());
    writtenRows.add(rows);
  }

  /** The number of rows that this process has inserted as compressed batches. */
  public long writtenRows() {
    return writtenRows.sum();
  }

  /** Records that rows were copied into a chunk in the connection's transaction, and checks it. */
  void copied(Connection connection, TimeWindows.Window chunk) throws SQLException {
    busy.written(chunk.start());
    if (!inserts.containsKey(chunk.start())) {
      check(connection, chunk);
    }
  }

  /** Whether this process is still filling a closed chunk. */
  public boolean isBusy(Instant chunkStart) {
    return busy.isBusy(chunkStart);
  }

  /** Drops what is known of chunks; it is read again when needed. */
  public void forget() {
    known.clear();
    inserts.clear();
    tables.clear();
  }

  /**
   * The table of a chunk's compressed batches, also of a chunk that this process never wrote to.
   * Null if Harvester cannot read them.
   */
  CompressedTable table(Connection connection, TimeWindows.Window chunk) throws SQLException {
    Optional<CompressedTable> table = tables.get(chunk.start());
    if (table == null) {
      String name = name(connection, chunk);
      table =
          Optional.ofNullable(
              name != null && probe.passes(connection)
                  ? CompressedTable.of(connection, name)
                  : null);
      tables.put(chunk.start(), table);
    }
    return table.orElse(null);
  }

  private static String name(Connection connection, TimeWindows.Window chunk) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT c::text FROM show_chunks('harvester.sample',"
                    + " newer_than => '%s'::timestamptz, older_than => '%s'::timestamptz) c"
                        .formatted(
                            Instant.ofEpochMilli(chunk.start()),
                            Instant.ofEpochMilli(chunk.end())))) {
      return row.next() ? row.getString(1) : null;
    }
  }

  /**
   * The first rows of a chunk are sent by COPY, which marks the chunk as unordered. TimescaleDB
   * disables direct compress without an error, so the chunk's status is checked. If the chunk then
   * accepts compressed batches, all later rows are sent as such.
   */
  private void check(Connection connection, TimeWindows.Window chunk) throws SQLException {
    String name = name(connection, chunk);
    if (name == null) {
      return;
    }
    ChunkStatus status = ChunkStatus.of(connection, name);
    if (!status.isCompressed() || status.isPartial()) {
      LOG.error(
          "chunk {} is not written by direct compress (status {}): it takes ten times the"
              + " space; is there an index, trigger, foreign key or policy on harvester.sample?",
          name,
          status.bits());
    }
    inserts.put(
        chunk.start(),
        Optional.ofNullable(
            probe.passes(connection) ? CompressedInsert.into(connection, name) : null));
  }

  /** Whether the chunk of a time (ms since the epoch) is known to exist. */
  public boolean has(long time) {
    return known.of(time) != null;
  }

  /** Creates the missing chunks of some times (ms since the epoch) in one transaction. */
  public void create(long[] times) throws SQLException {
    create(known.missing(LongStream.of(times), interval.get()));
  }

  /** Creates the chunks that rows need. */
  void createFor(SampleBatch rows) throws SQLException {
    create(known.missing(rows, interval.get()));
  }

  /** Creates the chunk of now and that of one interval later. */
  public void createAhead(Instant now) throws SQLException {
    long ahead = now.toEpochMilli() + interval.get().toMillis();
    if (known.of(now.toEpochMilli()) == null || known.of(ahead) == null) {
      create(List.of(now.toEpochMilli(), ahead));
    }
  }

  private void create(Iterable<Long> times) throws SQLException {
    if (times.iterator().hasNext()) { // nearly never: writers must not wait for another's creation
      createMissing(times);
    }
  }

  private synchronized void createMissing(Iterable<Long> times) throws SQLException {
    try (Connection connection = jdbc.open("harvester chunk creation");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Compressing an empty chunk raises a warning about its compression ratio.
      statement.execute("SET client_min_messages = error");
      statement.execute(LOCK);
      readKnown(statement);
      for (long time : times) {
        if (known.of(time) == null) {
          TimeWindows.Window window = known.fit(time, interval.get());
          create(statement, window);
          known.add(window);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      known.clear(); // chunks created in this transaction are rolled back
      throw e;
    }
  }

  private static void create(Statement statement, TimeWindows.Window window) throws SQLException {
    statement.execute(
        """
        SELECT harvester.set_compressed_batch_storage(
                 compress_chunk(format('%%I.%%I', schema_name, table_name)::regclass), true)
          FROM _timescaledb_functions.create_chunk('harvester.sample', '{"time": [%d, %d]}')
        """
            .formatted(window.start() * 1000, window.end() * 1000));
  }

  private void readKnown(Statement statement) throws SQLException {
    TreeMap<Long, Long> found = new TreeMap<>();
    try (ResultSet chunks = statement.executeQuery(CHUNKS)) {
      while (chunks.next()) {
        found.put(chunks.getTimestamp(1).getTime(), chunks.getTimestamp(2).getTime());
      }
    }
    known.replace(found);
  }
}
