package io.harvester.postgres.layout;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.write.IndexedSamplesQuery;
import io.harvester.postgres.write.SampleCopy;
import io.harvester.storage.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TimescaleDB makes its chunks by itself; only old ones are left to drop. Where the edition has a
 * columnstore, a policy of the server packs chunks that are closed; the unique index still refuses
 * what is stored already, packed or not.
 */
public final class HypertableLayout implements StorageLayout {
  /** What keeps the indexes that are written to within a small machine's memory. */
  public static final Duration DEFAULT_CHUNK = Duration.ofHours(6);

  private static final Logger LOG = LoggerFactory.getLogger(HypertableLayout.class);

  /** Late samples are dear once a chunk is packed: a day is more than senders hold back. */
  private static final String COLUMNSTORE =
      """
      ALTER TABLE harvester.sample SET (timescaledb.compress,
          timescaledb.compress_segmentby = 'node_id',
          timescaledb.compress_orderby = 'series_id,time');
      SELECT add_compression_policy('harvester.sample', interval '1 day', if_not_exists => true)
      """;

  // The policy of these releases deadlocks with readers.
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
  private boolean prepared;

  public HypertableLayout(Jdbc jdbc, Duration chunk) {
    this.jdbc = jdbc;
    this.chunk = chunk;
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
  public void configureWriter(Connection connection) {
    // nothing: chunks are found by the server
  }

  @Override
  public StoredSamples storedSamples(Connection connection) {
    return new IndexedSamplesQuery(connection);
  }

  @Override
  public RowSender sender(Connection connection, StatementPipeline pipeline) throws SQLException {
    return new SampleCopy(connection, pipeline)::all; // chunks are made by the server
  }

  @Override
  public void makeAhead(Instant now) throws SQLException {
    // Making a rowstore chunk takes milliseconds: that is left to the server.
    if (prepared) {
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
        LOG.info("chunks are packed into the columnstore a day after they ended");
      }
    }
    prepared = true;
  }

  @Override
  public int dropBefore(Connection connection, Instant limit) throws SQLException {
    return Chunks.dropBefore(connection, limit);
  }

  @Override
  public List<ChunkSpan> spans(Connection connection) throws SQLException {
    return Chunks.spans(connection);
  }

  @Override
  public void maintainClosed(Instant now) {
    // nothing: a rowstore chunk stays as it was written
  }
}
