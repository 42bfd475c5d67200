package io.harvester.store;

import io.harvester.ingest.ExtraRows;
import io.harvester.ingest.FewRows;
import io.harvester.ingest.SampleStore.StoredSamples;
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
  public StoredSamples storedSamples(Connection connection) {
    return new IndexedSamplesQuery(connection);
  }

  @Override
  public RowSender sender(Connection connection, Pipeline pipeline) throws SQLException {
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
  public void prepare(ExtraRows rows) throws SQLException {
    histograms.prepare(times(rows.histograms(), row -> row.histogram().time()));
    exemplars.prepare(times(rows.exemplars(), row -> row.time()));
  }

  private static <T> LongStream times(FewRows<T> rows, ToLongFunction<T> time) {
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
  public List<Span> spans(Connection connection) throws SQLException {
    List<Span> spans = new ArrayList<>();
    for (Partitions table : tables()) {
      spans.addAll(table.spans(connection));
    }
    return spans;
  }

  @Override
  public void careForClosed(Instant now) {
    // nothing: a partition stays as it was written
  }

  private List<Partitions> tables() {
    return List.of(samples, histograms, exemplars);
  }
}
