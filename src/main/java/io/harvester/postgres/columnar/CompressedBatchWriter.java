package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.write.RowOrder;
import io.harvester.storage.SampleBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as compressed batches, the way TimescaleDB stores them itself. They go into the chunk's
 * compressed table by one INSERT, and the database has nothing left to compress.
 */
public final class CompressedBatchWriter {
  /** After a flush of many small batches the memory of the rest is given back. */
  private static final int MAX_KEPT = 200;

  private final CompressedBatch.Encoders encoders = new CompressedBatch.Encoders();
  private final List<CompressedBatch> batches = new ArrayList<>();
  private final CompressedBatchArrays columns;
  private final List<Object> values = new ArrayList<>();
  private int count;

  public CompressedBatchWriter(CompressedBatchArrays columns) {
    this.columns = columns;
  }

  /** Compresses the rows at positions [from, to) of an order by node, series and time. */
  public void compress(SampleBatch rows, RowOrder order, int from, int to) {
    count = 0;
    int start = from;
    while (start < to) {
      int node = rows.nodePosition(order.row(start));
      int end = start + 1;
      int limit = Math.min(to, start + CompressedBatch.MAX_ROWS);
      while (end < limit && rows.nodePosition(order.row(end)) == node) {
        end++;
      }
      next().fill(rows, order, start, end, encoders);
      start = end;
    }
  }

  private CompressedBatch next() {
    if (count == batches.size()) {
      batches.add(new CompressedBatch());
    }
    return batches.get(count++);
  }

  /** Adds the INSERT of what was compressed last. */
  public void insertInto(CompressedInsert target, StatementPipeline pipeline) {
    if (count <= CompressedInsert.FEW) {
      values.clear();
      for (int i = 0; i < count; i++) {
        batches.get(i).addTo(values);
      }
      pipeline.addInsert(target.insertFew(count), values.toArray());
      return;
    }
    columns.clear();
    for (int i = 0; i < count; i++) {
      batches.get(i).addTo(columns);
    }
    pipeline.addInsert(target.insertMany(), columns.parameters());
    if (batches.size() > MAX_KEPT) {
      batches.subList(MAX_KEPT, batches.size()).clear();
    }
  }
}
