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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The columnstore chunks of the sample table: which there are, how each is written, and new ones. A
 * chunk is made, and made a columnstore chunk, before its first row comes, so that no row ever
 * lands in the rowstore.
 */
public final class ColumnarChunks {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnarChunks.class);

  /** One at a time over all processes, so that two never make the same chunk. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('harvester.chunks'))";

  private static final String CHUNKS =
      """
      SELECT range_start, range_end FROM timescaledb_information.chunks
       WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample'
      """;

  private final Jdbc jdbc;
  private final Supplier<Duration> interval;
  private final TimeWindows known = new TimeWindows();
  private final CodecProbe proof;
  private final BusyChunks busy = new BusyChunks();

  /** By the start of the chunk; a chunk that was checked but takes no batches is there as empty. */
  private final Map<Long, Optional<CompressedInsert>> targets = new ConcurrentHashMap<>();

  /** The same for reading: also chunks into which nothing was written yet. */
  private final Map<Long, Optional<CompressedTable>> tables = new ConcurrentHashMap<>();

  public ColumnarChunks(Jdbc jdbc, CodecProbe proof, Supplier<Duration> interval) {
    this.jdbc = jdbc;
    this.proof = proof;
    this.interval = interval;
  }

  /** The chunk of a time (ms since the epoch), or null. */
  TimeWindows.Window of(long time) {
    return known.of(time);
  }

  /** Where a chunk takes compressed batches; null: by COPY. */
  CompressedInsert target(TimeWindows.Window chunk) {
    Optional<CompressedInsert> target = targets.get(chunk.start());
    return target == null ? null : target.orElse(null);
  }

  /** Batches were written into a chunk. */
  void written(TimeWindows.Window chunk) {
    busy.written(chunk.start());
  }

  /** Rows were written into a chunk by COPY, in the connection's transaction. */
  void written(Connection connection, TimeWindows.Window chunk) throws SQLException {
    busy.written(chunk.start());
    if (!targets.containsKey(chunk.start())) {
      check(connection, chunk);
    }
  }

  /** Whether a closed chunk is still being filled. */
  public boolean isBusy(Instant chunkStart) {
    return busy.isBusy(chunkStart);
  }

  public void forget() {
    known.clear();
    targets.clear();
    tables.clear();
  }

  /** Where the batches of a chunk can be read; null if they are none of ours. */
  CompressedTable table(Connection connection, TimeWindows.Window chunk) throws SQLException {
    Optional<CompressedTable> table = tables.get(chunk.start());
    if (table == null) {
      String name = name(connection, chunk);
      table =
          Optional.ofNullable(
              name != null && proof.holds(connection)
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
   * The first rows of a chunk come by COPY, which marks it as unordered. Direct compress goes off
   * silently, so what came of it is checked; if all is well, the next rows come as batches.
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
    targets.put(
        chunk.start(),
        Optional.ofNullable(
            proof.holds(connection) ? CompressedInsert.of(connection, name) : null));
  }

  /** Makes the chunks that rows need. */
  void makeFor(SampleBatch rows) throws SQLException {
    make(known.missing(rows, interval.get()));
  }

  /** Makes the chunks of now and of an interval later. */
  public void makeAhead(Instant now) throws SQLException {
    long ahead = now.toEpochMilli() + interval.get().toMillis();
    if (known.of(now.toEpochMilli()) == null || known.of(ahead) == null) {
      make(List.of(now.toEpochMilli(), ahead));
    }
  }

  private synchronized void make(Iterable<Long> times) throws SQLException {
    if (!times.iterator().hasNext()) {
      return;
    }
    try (Connection connection = jdbc.open("harvester chunk creation");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Compressing an empty chunk warns about its poor compression ratio.
      statement.execute("SET client_min_messages = error");
      statement.execute(LOCK);
      readKnown(statement);
      for (long time : times) {
        if (known.of(time) == null) {
          make(statement, known.fit(time, interval.get()));
          readKnown(statement);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      known.clear(); // what was just made is rolled back
      throw e;
    }
  }

  private static void make(Statement statement, TimeWindows.Window window) throws SQLException {
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
