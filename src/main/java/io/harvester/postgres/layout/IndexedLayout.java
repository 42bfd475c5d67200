// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.packed.PackCounters;
import io.harvester.postgres.packed.PackJob;
import io.harvester.postgres.packed.PackedTables;
import io.harvester.postgres.packed.RowChunks;
import io.harvester.postgres.packed.RowChunks.RowChunk;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.read.RowSampleSource;
import io.harvester.postgres.read.SampleSource;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.postgres.write.IndexedSamplesQuery;
import io.harvester.storage.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A layout whose table {@code sample} has a unique index and whose rows are routed by the server:
 * stored samples are looked up by the index. Rows whose time is over are packed into arrays, and
 * their chunks dropped.
 */
abstract class IndexedLayout implements StorageLayout, RowChunks {
  private static final String PACKED = "packed_sample";

  private final PackedTables packed;
  private final PackJob packing;
  private final Rollups rollups;

  /**
   * What the row tiers share.
   *
   * @param packAfter how long after the end of a chunk its rows are packed; zero: never
   * @param retention how long samples are kept; zero: forever
   */
  IndexedLayout(Jdbc jdbc, Duration packAfter, Duration retention, Rollups rollups) {
    this.rollups = rollups;
    packed = new PackedTables(retention);
    packing = new PackJob(jdbc, this, packed, rollups, packAfter);
  }

  @Override
  public void configureWriter(Connection connection) {
    // the server's settings apply
  }

  @Override
  public StoredSamples storedSamples(Connection connection) {
    return new IndexedSamplesQuery(connection);
  }

  @Override
  public SampleSource source() {
    return RowSampleSource.bySeries();
  }

  /** The chunks or partitions of rows: samples, histograms and exemplars. */
  abstract List<ChunkSpan> rowSpans(Connection connection) throws SQLException;

  /** Drops the chunks or partitions of rows that ended at or before a limit. */
  abstract int dropRowsBefore(Connection connection, Instant limit) throws SQLException;

  @Override
  public List<RowChunk> list(Connection connection) throws SQLException {
    return rowSpans(connection).stream()
        .filter(span -> span.table().equals("sample"))
        .map(span -> new RowChunk(span.name(), span.start(), span.end()))
        .toList();
  }

  @Override
  public List<ChunkSpan> spans(Connection connection) throws SQLException {
    List<ChunkSpan> spans = new ArrayList<>(rowSpans(connection));
    for (RowChunk chunk : packed.list(connection)) {
      addDays(chunk, spans);
    }
    return spans;
  }

  /** By the day, because a partition may span a month and rules are about days. */
  private static void addDays(RowChunk chunk, List<ChunkSpan> spans) {
    Instant start = chunk.start();
    while (start.isBefore(chunk.end())) {
      Instant end = start.plus(1, ChronoUnit.DAYS);
      end = end.isBefore(chunk.end()) ? end : chunk.end();
      spans.add(new ChunkSpan(PACKED, chunk.name() + " " + start, start, end));
      start = end;
    }
  }

  @Override
  public int dropBefore(Connection connection, Instant limit) throws SQLException {
    return dropRowsBefore(connection, limit) + packed.dropBefore(connection, limit);
  }

  @Override
  public int dropExpiredRollups(Connection connection, Instant now) throws SQLException {
    return rollups.dropExpired(connection, now);
  }

  @Override
  public long delete(Connection connection, ChunkSpan span, Expired expired) throws SQLException {
    return span.table().equals(PACKED)
        ? Deletion.fromPacked(connection, span, expired)
        : StorageLayout.super.delete(connection, span, expired);
  }

  @Override
  public void maintainClosed(Instant now, BooleanSupplier writersBusy) throws SQLException {
    packing.round(now, writersBusy);
  }

  @Override
  public PackCounters packCounters() {
    return packing.counters();
  }
}
