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
 * Sends the rows of one writer into the columnstore: sorted by (node, series, time) and cut at
 * chunk borders; as compressed batches where the chunk takes them, by COPY otherwise.
 */
public final class ColumnarSender implements WritePath.SampleSender {
  private final ColumnarChunks chunks;
  private final Connection connection;
  private final StatementPipeline pipeline;
  private final SampleCopy copy;
  private final CompressedBatchWriter batches;
  private final RowOrder order = new RowOrder();

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
    chunks.makeFor(rows);
    order.sort(rows);
    int from = 0;
    while (from < order.count()) {
      // The earliest row left decides the next chunk: ascending, so that no two writers deadlock.
      TimeWindows.Window chunk = earliest(rows, from);
      int to = from + order.cut(rows, from, order.count(), chunk.end());
      CompressedInsert target = chunks.target(chunk);
      if (target == null) {
        copy.some(rows, order, from, to);
        chunks.written(connection, chunk);
      } else {
        if (from > 0) {
          pipeline.run(); // the parameters in it are used again
        }
        batches.compress(rows, order, from, to);
        batches.insertInto(target, pipeline);
        chunks.written(chunk);
      }
      from = to;
    }
  }

  private TimeWindows.Window earliest(SampleBatch rows, int from) throws SQLException {
    long earliest = Long.MAX_VALUE;
    for (int i = from; i < order.count(); i++) {
      earliest = Math.min(earliest, rows.time(order.row(i)));
    }
    TimeWindows.Window window = chunks.of(earliest);
    if (window == null) { // dropped by retention since it was made
      throw new SQLException(
          "the chunk of " + Instant.ofEpochMilli(earliest) + " is gone", "40001");
    }
    return window;
  }
}
