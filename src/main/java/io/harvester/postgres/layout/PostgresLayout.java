package io.harvester.postgres.layout;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.write.IndexedSamplesQuery;
import io.harvester.postgres.write.SampleCopy;
import io.harvester.storage.InsertBatch;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Plain PostgreSQL: range partitions by time, which are ours to make and to drop. */
public final class PostgresLayout implements StorageLayout {
  public static final Duration DEFAULT_CHUNK = Duration.ofDays(1);

  private final Duration chunk;
  private final Partitions samples;
  private final Partitions histograms;
  private final Partitions exemplars;

  public PostgresLayout(Jdbc jdbc, Duration chunk) {
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
  public StoredSamples storedSamples(Connection connection) {
    return new IndexedSamplesQuery(connection);
  }

  @Override
  public SampleSender sender(Connection connection, StatementPipeline pipeline)
      throws SQLException {
    SampleCopy copy = new SampleCopy(connection, pipeline);
    return rows -> {
      samples.prepare(rows);
      copy.all(rows);
    };
  }

  @Override
  public void forget() {
    tables().forEach(Partitions::forget);
  }

  @Override
  public void prepare(SampleBatch rows) throws SQLException {
    histograms.prepare(times(rows.histograms(), row -> row.histogram().time()));
    exemplars.prepare(times(rows.exemplars(), row -> row.time()));
  }

  private static <T> LongStream times(InsertBatch<T> rows, ToLongFunction<T> time) {
    return IntStream.range(0, rows.size()).mapToObj(rows::get).mapToLong(time);
  }

  @Override
  public void makeAhead(Instant now) throws SQLException {
    for (Partitions table : tables()) {
      table.makeAhead(now);
    }
  }

  @Override
  public int dropBefore(Connection connection, Instant limit) throws SQLException {
    int dropped = 0;
    for (Partitions table : tables()) {
      dropped += table.dropBefore(connection, limit);
    }
    return dropped;
  }

  @Override
  public List<ChunkSpan> spans(Connection connection) throws SQLException {
    List<ChunkSpan> spans = new ArrayList<>();
    for (Partitions table : tables()) {
      spans.addAll(table.spans(connection));
    }
    return spans;
  }

  @Override
  public void maintainClosed(Instant now) {
    // nothing: a partition stays as it was written
  }

  private List<Partitions> tables() {
    return List.of(samples, histograms, exemplars);
  }
}
