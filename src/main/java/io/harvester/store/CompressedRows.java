package io.harvester.store;

import io.harvester.ingest.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as compressed batches, the way TimescaleDB stores them itself. They go into the chunk's
 * compressed table by one INSERT, and the database has nothing left to compress.
 */
final class CompressedRows {
  /** After a flush of many small batches the memory of the rest is given back. */
  private static final int MOST_KEPT = 200;

  private final CompressedBatch.Encoders encoders = new CompressedBatch.Encoders();
  private final List<CompressedBatch> batches = new ArrayList<>();
  private final CompressedColumns columns;
  private final List<Object> values = new ArrayList<>();
  private int count;

  CompressedRows(CompressedColumns columns) {
    this.columns = columns;
  }

  /** Compresses the rows at positions [from, to) of an order by node, series and time. */
  void compress(Rows rows, RowOrder order, int from, int to) {
    count = 0;
    int start = from;
    while (start < to) {
      int node = rows.nodePosition(order.row(start));
      int end = start + 1;
      int limit = Math.min(to, start + CompressedBatch.MOST_ROWS);
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
  void insertInto(BatchTarget target, Pipeline pipeline) {
    if (count <= BatchTarget.FEW) {
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
    if (batches.size() > MOST_KEPT) {
      batches.subList(MOST_KEPT, batches.size()).clear();
    }
  }
}
