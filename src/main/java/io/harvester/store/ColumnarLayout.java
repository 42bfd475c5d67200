package io.harvester.store;

import io.harvester.ingest.Rows;
import io.harvester.ingest.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TimescaleDB's columnstore, written by direct compress. A flush is sorted by (node, series, time)
 * and cut at chunk borders; a chunk is made, and made a columnstore chunk, before its first row
 * comes, so that no row ever lands in the rowstore.
 *
 * <p>Traps, each seen on a server: an unsorted flush gives wrong query results that compaction does
 * not mend, and so does {@code client_sorted} with this order; a unique index, foreign key, trigger
 * or row-level security on the table switches direct compress off.
 */
final class ColumnarLayout implements Layout {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnarLayout.class);

  private static final String WRITER_SETTINGS =
      "SET timescaledb.enable_direct_compress_copy = on;"
          + " SET timescaledb.enable_direct_compress_copy_sort_batches = off;"
          + " SET timescaledb.enable_direct_compress_copy_client_sorted = off";

  /** One at a time over all processes, so that two never make the same chunk. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('harvester.chunks'))";

  private static final String CHUNKS =
      """
      SELECT range_start, range_end FROM timescaledb_information.chunks
       WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample'
      """;

  // The row count that fits a chunk is bounded by memory at compaction; see chunkInterval().
  private static final int SERIES_FOR_ONE_HOUR = 200_000;
  private static final int SERIES_FOR_HALF_AN_HOUR = 700_000;

  private final Jdbc jdbc;
  private final Optional<Duration> fixedInterval;
  private final IntSupplier activeSeries;
  private final ChunkCare care;
  private final TimeWindows known = new TimeWindows();
  private final Set<Long> checked = ConcurrentHashMap.newKeySet();

  ColumnarLayout(Jdbc jdbc, Optional<Duration> fixedInterval, IntSupplier activeSeries) {
    this.jdbc = jdbc;
    this.fixedInterval = fixedInterval;
    this.activeSeries = activeSeries;
    this.care = new ChunkCare(jdbc);
  }

  @Override
  public Tier tier() {
    return Tier.COLUMNAR;
  }

  /** Two hours compress best; many series need shorter chunks, so that one stays manageable. */
  @Override
  public Duration chunkInterval() {
    int series = activeSeries.getAsInt();
    return fixedInterval.orElseGet(
        () ->
            series < SERIES_FOR_ONE_HOUR
                ? Duration.ofHours(2)
                : series < SERIES_FOR_HALF_AN_HOUR ? Duration.ofHours(1) : Duration.ofMinutes(30));
  }

  @Override
  public void configureWriter(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(WRITER_SETTINGS);
    }
  }

  @Override
  public StoredSamples storedSamples(Connection connection) {
    return new NodeSamplesQuery(connection);
  }

  @Override
  public RowSender sender() {
    RowOrder order = new RowOrder();
    return (rows, copy) -> send(rows, order, copy);
  }

  private void send(Rows rows, RowOrder order, SampleCopy copy) throws SQLException {
    make(known.missing(rows, chunkInterval()));
    order.sort(rows);
    int from = 0;
    while (from < order.count()) {
      // The earliest row left decides the next chunk: ascending, so that no two writers deadlock.
      TimeWindows.Window chunk = earliest(rows, order, from);
      int to = from + order.cut(rows, from, order.count(), chunk.end());
      copy.some(rows, order, from, to);
      if (!checked.contains(chunk.start())) {
        check(copy.connection(), chunk);
      }
      from = to;
    }
  }

  private TimeWindows.Window earliest(Rows rows, RowOrder order, int from) throws SQLException {
    long earliest = Long.MAX_VALUE;
    for (int i = from; i < order.count(); i++) {
      earliest = Math.min(earliest, rows.time(order.row(i)));
    }
    TimeWindows.Window window = known.of(earliest);
    if (window == null) { // dropped by retention since it was made
      throw new SQLException(
          "the chunk of " + Instant.ofEpochMilli(earliest) + " is gone", "40001");
    }
    return window;
  }

  /** Direct compress goes off silently, so the first COPY into each chunk is checked. */
  private void check(Connection connection, TimeWindows.Window chunk) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT c::text, _timescaledb_functions.chunk_status(c) FROM show_chunks("
                    + "'harvester.sample', newer_than => '%s'::timestamptz, older_than => '%s'::timestamptz) c"
                        .formatted(
                            Instant.ofEpochMilli(chunk.start()),
                            Instant.ofEpochMilli(chunk.end())))) {
      while (row.next()) {
        int status = row.getInt(2);
        if ((status & ChunkCare.COMPRESSED) == 0 || (status & ChunkCare.PARTIAL) != 0) {
          LOG.error(
              "chunk {} is not written by direct compress (status {}): it takes ten times the"
                  + " space; is there an index, trigger, foreign key or policy on harvester.sample?",
              row.getString(1),
              status);
        }
      }
    }
    checked.add(chunk.start());
  }

  @Override
  public void makeAhead(Instant now) throws SQLException {
    long ahead = now.toEpochMilli() + chunkInterval().toMillis();
    if (known.of(now.toEpochMilli()) == null || known.of(ahead) == null) {
      make(List.of(now.toEpochMilli(), ahead));
    }
  }

  private synchronized void make(Iterable<Long> times) throws SQLException {
    if (!times.iterator().hasNext()) {
      return;
    }
    try (Connection connection = jdbc.open("harvester chunks");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Compressing an empty chunk warns about its poor compression ratio.
      statement.execute("SET client_min_messages = error");
      statement.execute(LOCK);
      readKnown(statement);
      for (long time : times) {
        if (known.of(time) == null) {
          make(statement, known.fit(time, chunkInterval()));
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
        SELECT compress_chunk(format('%%I.%%I', schema_name, table_name)::regclass)
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

  @Override
  public int dropBefore(Connection connection, Instant limit) throws SQLException {
    int dropped = Chunks.dropBefore(connection, limit);
    if (dropped > 0) {
      known.clear();
    }
    return dropped;
  }

  @Override
  public List<Span> spans(Connection connection) throws SQLException {
    return Chunks.spans(connection);
  }

  @Override
  public long delete(Connection connection, Span span, Expired expired) throws SQLException {
    return span.table().equals("sample")
        ? Deletion.fromSegments(connection, span, expired)
        : Deletion.fromRows(connection, span, expired);
  }

  @Override
  public void careForClosed(Instant now) throws SQLException {
    care.round(now);
  }
}
