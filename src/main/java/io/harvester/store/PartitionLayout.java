package io.harvester.store;

import io.harvester.ingest.ExtraRows;
import io.harvester.ingest.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Plain PostgreSQL: range partitions by time, which are ours to make and to drop. */
final class PartitionLayout implements Layout {
  static final Duration DEFAULT_CHUNK = Duration.ofDays(1);

  private final Duration chunk;
  private final Partitions samples;
  private final Partitions histograms;
  private final Partitions exemplars;

  PartitionLayout(Jdbc jdbc, Duration chunk) {
    this.chunk = chunk;
    samples = new Partitions(jdbc, "sample", chunk);
    histograms = new Partitions(jdbc, "native_histogram", DEFAULT_CHUNK);
    exemplars = new Partitions(jdbc, "exemplar", DEFAULT_CHUNK);
  }

  @Override
  public Tier tier() {
    return Tier.POSTGRES;
  }

  @Override
  public Duration chunkInterval() {
    return chunk;
  }

  @Override
  public void configureWriter(Connection connection) {
    // nothing: rows are routed by the server
  }

  @Override
  public void prepare(Rows rows) throws SQLException {
    samples.prepare(rows.count(), rows::time);
    ExtraRows extras = rows.extras();
    histograms.prepare(
        extras.histograms().size(), row -> extras.histograms().get(row).histogram().time());
    exemplars.prepare(extras.exemplars().size(), row -> extras.exemplars().get(row).time());
  }

  @Override
  public void makeAhead(Instant now) throws SQLException {
    for (Partitions table : tables()) {
      table.makeAhead(now);
    }
  }

  @Override
  public int dropBefore(Instant limit) throws SQLException {
    int dropped = 0;
    for (Partitions table : tables()) {
      dropped += table.dropBefore(limit);
    }
    return dropped;
  }

  private List<Partitions> tables() {
    return List.of(samples, histograms, exemplars);
  }
}
