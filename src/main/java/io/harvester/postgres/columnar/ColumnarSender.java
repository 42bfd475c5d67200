// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.write.RowOrder;
import io.harvester.postgres.write.SampleCopy;
import io.harvester.postgres.write.WritePath;
import io.harvester.storage.SampleBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/**
 * Sends one writer's samples to the columnstore: sorted by (node, series, time), cut at chunk
 * borders, as compressed batches where the chunk accepts them and by COPY otherwise.
 */
public final class ColumnarSender implements WritePath.SampleSender {
  private final ColumnarChunks chunks;
  private final Connection connection;
  private final StatementPipeline pipeline;
  private final SampleCopy copy;
  private final CompressedBatchWriter batches;
  private final RowOrder order = new RowOrder();

  /**
   * A sender for one writer's connection.
   *
   * @throws SQLException if the connection cannot be prepared for TimescaleDB's types
   */
  public ColumnarSender(ColumnarChunks chunks, Connection connection, StatementPipeline pipeline)
      throws SQLException {
    this.chunks = chunks;
    this.connection = connection;
    this.pipeline = pipeline;
    this.copy = new SampleCopy(connection, pipeline);
    this.batches = new CompressedBatchWriter(CompressedBatchArrays.on(connection));
  }

  @Override
  public void send(SampleBatch rows) throws SQLException {
    chunks.createFor(rows);
    order.sort(rows);
    int from = 0;
    while (from < order.count()) {
      // The earliest remaining row decides the next chunk: all writers lock chunks in ascending
      // order, so that no two deadlock.
      TimeWindows.Window chunk = earliestChunk(rows, from);
      int to = from + order.cut(rows, from, order.count(), chunk.end());
      CompressedInsert insert = chunks.insert(chunk);
      if (insert == null) {
        copy.some(rows, order, from, to);
        chunks.copied(connection, chunk);
      } else {
        if (from > 0) {
          pipeline.run(); // the batches in it are about to be filled again
        }
        batches.compress(rows, order, from, to);
        batches.insertInto(insert, pipeline);
        chunks.written(chunk, to - from);
      }
      from = to;
    }
  }

  private TimeWindows.Window earliestChunk(SampleBatch rows, int from) throws SQLException {
    long earliest = Long.MAX_VALUE;
    for (int i = from; i < order.count(); i++) {
      earliest = Math.min(earliest, rows.time(order.row(i)));
    }
    TimeWindows.Window chunk = chunks.of(earliest);
    if (chunk == null) {
      throw new SQLException(
          "the chunk of " + Instant.ofEpochMilli(earliest) + " was dropped meanwhile", "40001");
    }
    return chunk;
  }
}
