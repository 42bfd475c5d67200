// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.ColumnarChunks;
import io.harvester.postgres.columnar.ColumnarSampleSource;
import io.harvester.postgres.columnar.ColumnarSender;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.columnar.NodeSamplesQuery;
import io.harvester.postgres.columnar.merge.ChunkMaintenance;
import io.harvester.postgres.columnar.merge.MergeCounters;
import io.harvester.postgres.columnar.merge.OpenChunkMerge;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.read.SampleSource;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.storage.ChunkDirectory;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.wire.DataKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * TimescaleDB's columnstore. The first rows of a chunk are written by direct compress, all later
 * ones as compressed batches that Harvester encodes.
 *
 * <p>Traps, each observed on a server: unsorted rows in a COPY lead to wrong query results, which
 * compaction does not repair; so does {@code client_sorted} with this order; a unique index,
 * foreign key, trigger or row-level security on the table disables direct compress.
 */
public final class ColumnarLayout implements StorageLayout {
  private static final String WRITER_SETTINGS =
      "SET timescaledb.enable_direct_compress_copy = on;"
          + " SET timescaledb.enable_direct_compress_copy_sort_batches = off;"
          + " SET timescaledb.enable_direct_compress_copy_client_sorted = off";

  // The memory for compaction bounds the rows of a chunk; see chunkInterval().
  private static final int SERIES_FOR_ONE_HOUR = 200_000;
  private static final int SERIES_FOR_HALF_AN_HOUR = 700_000;

  private final Optional<Duration> fixedInterval;
  private final IntSupplier activeSeries;
  private final Rollups rollups;
  private final ChunkMaintenance maintenance;
  private final OpenChunkMerge openMerge;
  private final ColumnarChunks chunks;
  private final SampleSource source;
  private final FastPath fastPath = new FastPath();

  /**
   * The layout of one database.
   *
   * @param fixedInterval time span of a chunk, if the operator set it
   * @param activeSeries number of series being written, which decides the time span otherwise
   * @param mergeInterval time span whose small batches are merged in an open chunk; zero: never
   */
  public ColumnarLayout(
      Jdbc jdbc,
      Optional<Duration> fixedInterval,
      IntSupplier activeSeries,
      Duration mergeInterval,
      Rollups rollups) {
    this.rollups = rollups;
    this.fixedInterval = fixedInterval;
    this.activeSeries = activeSeries;
    CodecProbe probe = new CodecProbe(fastPath);
    this.maintenance = new ChunkMaintenance(jdbc, probe, rollups);
    this.openMerge = new OpenChunkMerge(jdbc, probe, mergeInterval);
    this.chunks = new ColumnarChunks(jdbc, probe, this::chunkInterval);
    this.source = new ColumnarSampleSource(probe);
  }

  @Override
  public Tier tier() {
    return Tier.COLUMNAR;
  }

  /** Two hours compress best. Many series need shorter chunks, to keep compaction in memory. */
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
    return new NodeSamplesQuery(connection, chunks, fastPath);
  }

  @Override
  public SampleSource source() {
    return source;
  }

  @Override
  public SampleSender sender(Connection connection, StatementPipeline pipeline)
      throws SQLException {
    return new ColumnarSender(chunks, connection, pipeline);
  }

  @Override
  public ChunkDirectory chunks() {
    return new LayoutChunks(this::chunkInterval, Map.of(DataKind.SAMPLES, table()));
  }

  private LayoutChunks.Table table() {
    return new LayoutChunks.Table() {
      @Override
      public boolean has(long time) {
        return chunks.has(time);
      }

      @Override
      public void create(long[] times) throws SQLException {
        chunks.create(times);
      }
    };
  }

  @Override
  public void createAhead(Instant now) throws SQLException {
    chunks.createAhead(now);
  }

  @Override
  public int dropBefore(Connection connection, Instant limit) throws SQLException {
    int dropped = Chunks.dropBefore(connection, limit);
    if (dropped > 0) {
      forget();
    }
    return dropped;
  }

  @Override
  public void forget() {
    chunks.forget();
  }

  @Override
  public List<ChunkSpan> spans(Connection connection) throws SQLException {
    return Chunks.spans(connection);
  }

  @Override
  public long delete(Connection connection, ChunkSpan span, Expired expired) throws SQLException {
    return span.table().equals("sample")
        ? Deletion.fromSegments(connection, span, expired)
        : Deletion.fromRows(connection, span, expired);
  }

  @Override
  public void mergeOpen(Instant now, BooleanSupplier writersBusy) throws SQLException {
    openMerge.round(now, chunks.writtenRows(), chunks::isBusy, writersBusy);
  }

  @Override
  public int dropExpiredRollups(Connection connection, Instant now) throws SQLException {
    return rollups.dropExpired(connection, now);
  }

  @Override
  public FastPath fastPath() {
    return fastPath;
  }

  @Override
  public MergeCounters mergeCounters() {
    return openMerge.counters();
  }

  @Override
  public void maintainClosed(Instant now, BooleanSupplier writersBusy) throws SQLException {
    maintenance.round(now, chunks::isBusy);
  }
}
