// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.postgres.write.SampleCopy;
import io.harvester.storage.ChunkDirectory;
import io.harvester.storage.ExemplarRow;
import io.harvester.storage.InsertBatch;
import io.harvester.storage.SampleBatch;
import io.harvester.wire.DataKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Plain PostgreSQL: range partitions by time, which Harvester creates and drops. */
public final class PostgresLayout extends IndexedLayout {
  private static final Duration DAY = Duration.ofDays(1);

  private final Duration chunk;
  private final Partitions samples;
  private final Partitions histograms;
  private final Partitions exemplars;

  /**
   * The default time span of a partition. Rows take twenty times the space of packed samples, and a
   * partition is packed as a whole; unpacked, many partitions would slow queries down.
   *
   * @param packAfter how long after the end of a partition its rows are packed; zero: never
   */
  public static Duration defaultChunk(Duration packAfter) {
    return packAfter.isZero() ? DAY : Duration.ofHours(1);
  }

  /**
   * The layout of one database.
   *
   * @param chunk time span of a partition of samples; those of histograms and exemplars span a day
   * @param packAfter how long after the end of a partition its rows are packed; zero: never
   * @param retention how long samples are kept; zero: forever
   */
  public PostgresLayout(
      Jdbc jdbc, Duration chunk, Duration packAfter, Duration retention, Rollups rollups) {
    super(jdbc, packAfter, retention, rollups);
    this.chunk = chunk;
    samples = new Partitions(jdbc, "sample", chunk);
    histograms = new Partitions(jdbc, "native_histogram", DAY);
    exemplars = new Partitions(jdbc, "exemplar", DAY);
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
  public SampleSender sender(Connection connection, StatementPipeline pipeline)
      throws SQLException {
    SampleCopy copy = new SampleCopy(connection, pipeline);
    return rows -> {
      samples.createFor(rows);
      copy.all(rows);
    };
  }

  @Override
  public ChunkDirectory chunks() {
    return new LayoutChunks(
        () -> chunk,
        Map.of(
            DataKind.SAMPLES, samples,
            DataKind.HISTOGRAMS, histograms,
            DataKind.EXEMPLARS, exemplars));
  }

  @Override
  public void forget() {
    tables().forEach(Partitions::forget);
  }

  @Override
  public void prepare(SampleBatch rows) throws SQLException {
    histograms.createFor(times(rows.histograms(), row -> row.histogram().time()));
    exemplars.createFor(times(rows.exemplars(), ExemplarRow::time));
  }

  private static <T> LongStream times(InsertBatch<T> rows, ToLongFunction<T> time) {
    return IntStream.range(0, rows.size()).mapToObj(rows::get).mapToLong(time);
  }

  @Override
  public void createAhead(Instant now) throws SQLException {
    for (Partitions table : tables()) {
      table.createAhead(now);
    }
  }

  @Override
  int dropRowsBefore(Connection connection, Instant limit) throws SQLException {
    int dropped = 0;
    for (Partitions table : tables()) {
      dropped += table.dropBefore(connection, limit);
    }
    return dropped;
  }

  @Override
  List<ChunkSpan> rowSpans(Connection connection) throws SQLException {
    List<ChunkSpan> spans = new ArrayList<>();
    for (Partitions table : tables()) {
      spans.addAll(table.spans(connection));
    }
    return spans;
  }

  @Override
  public boolean dropIfEmpty(Connection connection, RowChunk partition) throws SQLException {
    return samples.dropIfEmpty(connection, partition);
  }

  private List<Partitions> tables() {
    return List.of(samples, histograms, exemplars);
  }
}
