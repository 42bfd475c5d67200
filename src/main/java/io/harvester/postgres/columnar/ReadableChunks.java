// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chunks of table {@code sample}, and the tables of their compressed batches. Read from the
 * catalog at most once a second, since other aggregators create chunks, too. Thread-safe.
 */
final class ReadableChunks {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private static final String CHUNKS =
      """
      SELECT c.chunk, (extract(epoch FROM c.range_start) * 1000)::bigint,
             (extract(epoch FROM c.range_end) * 1000)::bigint,
             _timescaledb_functions.chunk_status(c.chunk::regclass)
        FROM (SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk, range_start, range_end
                FROM timescaledb_information.chunks
               WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample' OFFSET 0) c
       ORDER BY c.range_start
      """;

  private final CodecProbe probe;
  private final Map<String, Optional<CompressedTable>> tables = new HashMap<>();
  private List<ReadableChunk> chunks = List.of();
  private long readAt = System.nanoTime() - PERIOD.toNanos();

  /**
   * A chunk.
   *
   * @param start first time in it, ms since the epoch
   * @param end first time after it, ms since the epoch
   * @param table the table of its batches, if all of its rows are there and can be decoded
   */
  record ReadableChunk(long start, long end, Optional<CompressedTable> table) {}

  ReadableChunks(CodecProbe probe) {
    this.probe = probe;
  }

  /** The chunks that have times of {@code [from, to]}, ms since the epoch, in order. */
  synchronized List<ReadableChunk> overlapping(Connection connection, long from, long to)
      throws SQLException {
    if (System.nanoTime() - readAt >= PERIOD.toNanos()) {
      chunks = read(connection);
      readAt = System.nanoTime();
    }
    return chunks.stream().filter(chunk -> chunk.start() <= to && chunk.end() > from).toList();
  }

  /** Reads the catalog again when it is asked next. */
  synchronized void forget() {
    tables.clear();
    readAt = System.nanoTime() - PERIOD.toNanos();
  }

  private List<ReadableChunk> read(Connection connection) throws SQLException {
    record Row(String name, long start, long end, ChunkStatus status) {}
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(CHUNKS)) {
      while (row.next()) {
        rows.add(
            new Row(
                row.getString(1), row.getLong(2), row.getLong(3), new ChunkStatus(row.getInt(4))));
      }
    }
    tables.keySet().retainAll(rows.stream().map(Row::name).toList());
    List<ReadableChunk> found = new ArrayList<>();
    for (Row row : rows) {
      boolean complete = row.status().isCompressed() && !row.status().isPartial();
      Optional<CompressedTable> table = complete ? table(connection, row.name()) : Optional.empty();
      found.add(new ReadableChunk(row.start(), row.end(), table));
    }
    return found;
  }

  private Optional<CompressedTable> table(Connection connection, String chunk) throws SQLException {
    Optional<CompressedTable> known = tables.get(chunk);
    if (known == null) {
      known =
          Optional.ofNullable(
              probe.passes(connection) ? CompressedTable.of(connection, chunk) : null);
      tables.put(chunk, known);
    }
    return known;
  }
}
