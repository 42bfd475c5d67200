// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.postgres.write.SampleCopy;
import io.harvester.storage.ChunkDirectory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TimescaleDB hypertable in the rowstore. The server creates its chunks. Where the edition has a
 * columnstore and rows are not packed, a policy of the server compresses closed chunks; the unique
 * index refuses samples that are stored already, compressed or not.
 */
public final class HypertableLayout extends IndexedLayout {
  private static final Logger LOG = LoggerFactory.getLogger(HypertableLayout.class);

  /**
   * Late samples are expensive once a chunk is compressed. Senders hold samples back for less than
   * a day.
   */
  private static final String COLUMNSTORE =
      """
      ALTER TABLE harvester.sample SET (timescaledb.compress,
          timescaledb.compress_segmentby = 'node_id',
          timescaledb.compress_orderby = 'series_id,time');
      SELECT add_compression_policy('harvester.sample', interval '1 day', if_not_exists => true)
      """;

  /** Not from 2.29.0 on: the policy of those releases deadlocks with readers. */
  private static final String WANTS_COLUMNSTORE =
      """
      SELECT current_setting('timescaledb.license', true) = 'timescale'
             AND string_to_array(split_part(extversion, '-', 1), '.')::int[] < '{2,29,0}'
             AND NOT EXISTS (SELECT FROM timescaledb_information.jobs
                              WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample')
        FROM pg_extension WHERE extname = 'timescaledb'
      """;

  private final Jdbc jdbc;
  private final Duration chunk;
  private final boolean compress;
  private boolean prepared;

  /**
   * The default time span of a chunk. Rows take twenty times the space of packed samples, and a
   * chunk is packed as a whole; six hours keep the indexes that are written to within a small
   * machine's memory.
   *
   * @param packAfter how long after the end of a chunk its rows are packed; zero: never
   */
  public static Duration defaultChunk(Duration packAfter) {
    return Duration.ofHours(packAfter.isZero() ? 6 : 1);
  }

  /**
   * The layout of one database.
   *
   * @param chunk time span of a chunk
   * @param packAfter how long after the end of a chunk its rows are packed; zero: never
   * @param retention how long samples are kept; zero: forever
   */
  public HypertableLayout(
      Jdbc jdbc, Duration chunk, Duration packAfter, Duration retention, Rollups rollups) {
    super(jdbc, packAfter, retention, rollups);
    this.jdbc = jdbc;
    this.chunk = chunk;
    this.compress = packAfter.isZero();
  }

  @Override
  public Tier tier() {
    return Tier.HYPERTABLE;
  }

  @Override
  public Duration chunkInterval() {
    return chunk;
  }

  @Override
  public ChunkDirectory chunks() {
    return new LayoutChunks(() -> chunk, Map.of());
  }

  @Override
  public SampleSender sender(Connection connection, StatementPipeline pipeline)
      throws SQLException {
    return new SampleCopy(connection, pipeline)::all;
  }

  /**
   * Sets up the columnstore, once. The server creates a chunk in milliseconds when it needs one.
   */
  @Override
  public void createAhead(Instant now) throws SQLException {
    if (prepared || !compress) {
      return;
    }
    try (Connection connection = jdbc.open("harvester maintenance");
        Statement statement = connection.createStatement()) {
      boolean wanted;
      try (ResultSet row = statement.executeQuery(WANTS_COLUMNSTORE)) {
        wanted = row.next() && row.getBoolean(1);
      }
      if (wanted) {
        statement.execute(COLUMNSTORE);
        LOG.info("chunks are compressed into the columnstore one day after they end");
      }
    }
    prepared = true;
  }

  @Override
  int dropRowsBefore(Connection connection, Instant limit) throws SQLException {
    return Chunks.dropBefore(connection, limit);
  }

  @Override
  List<ChunkSpan> rowSpans(Connection connection) throws SQLException {
    return Chunks.spans(connection);
  }

  /** Without those that a policy has compressed. */
  @Override
  public List<RowChunk> list(Connection connection) throws SQLException {
    Set<String> compressed = Chunks.compressed(connection);
    return super.list(connection).stream()
        .filter(chunk -> !compressed.contains(chunk.name()))
        .toList();
  }

  @Override
  public boolean dropIfEmpty(Connection connection, RowChunk empty) throws SQLException {
    return Chunks.dropIfEmpty(connection, empty);
  }
}
