package io.harvester.store;

import io.harvester.ingest.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** TimescaleDB makes its chunks by itself; only old ones are left to drop. */
final class HypertableLayout implements Layout {
  /** What keeps the indexes that are written to within a small machine's memory. */
  static final Duration DEFAULT_CHUNK = Duration.ofHours(6);

  private final Jdbc jdbc;
  private final Duration chunk;

  HypertableLayout(Jdbc jdbc, Duration chunk) {
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
  public RowSender sender(Connection connection, Pipeline pipeline) throws SQLException {
    return new SampleCopy(connection, pipeline)::all; // chunks are made by the server
  }

  @Override
  public void makeAhead(Instant now) {
    // nothing: making a rowstore chunk takes milliseconds
  }

  @Override
  public int dropBefore(Instant limit) throws SQLException {
    return Chunks.dropBefore(jdbc, limit);
  }

  @Override
  public List<Span> spans(Connection connection) throws SQLException {
    return Chunks.spans(connection);
  }

  @Override
  public void careForClosed(Instant now) {
    // nothing: a rowstore chunk stays as it was written
  }
}
