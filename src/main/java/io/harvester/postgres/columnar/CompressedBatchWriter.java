// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.write.RowOrder;
import io.harvester.storage.SampleBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Compresses samples into TimescaleDB's compressed batches and adds their INSERT to a pipeline. The
 * rows go straight into the chunk's compressed table, so the database has nothing left to compress.
 */
public final class CompressedBatchWriter {
  /** Batches kept for reuse; the memory of more is released after each write. */
  private static final int MAX_KEPT = 200;

  private final CompressedBatch.Encoders encoders = new CompressedBatch.Encoders();
  private final List<CompressedBatch> batches = new ArrayList<>();
  private final BatchSizer sizer = new BatchSizer(BatchSizer.THIRD_OF_PAGE);
  private final CompressedBatchArrays arrays;
  private final List<Object> values = new ArrayList<>();
  private int count;

  /**
   * A writer without batches.
   *
   * @param arrays the parameters that this writer sends many batches in; not to be shared
   */
  public CompressedBatchWriter(CompressedBatchArrays arrays) {
    this.arrays = arrays;
  }

  /**
   * Replaces the batches by those of the rows at positions [from, to) of an order by node, series
   * and time.
   */
  public void compress(SampleBatch rows, RowOrder order, int from, int to) {
    count = 0;
    int start = from;
    while (start < to) {
      int node = rows.nodePosition(order.row(start));
      int end = start + 1;
      while (end < to && rows.nodePosition(order.row(end)) == node) {
        end++;
      }
      compressNode(rows, order, start, end);
      start = end;
    }
  }

  private void compressNode(SampleBatch rows, RowOrder order, int from, int to) {
    int start = from;
    while (start < to) {
      int end = start + sizer.evenly(to - start);
      CompressedBatch batch = next();
      batch.fill(rows, order, start, end, encoders);
      if (sizer.accepts(end - start, batch.bytes())) {
        start = end;
      } else {
        count--;
      }
    }
  }

  private CompressedBatch next() {
    if (count == batches.size()) {
      batches.add(new CompressedBatch());
    }
    return batches.get(count++);
  }

  /**
   * Adds the INSERT of the batches to a pipeline, which must be run before the next call of {@link
   * #compress}: it reads the parameters only then.
   */
  public void insertInto(CompressedInsert insert, StatementPipeline pipeline) {
    if (count <= CompressedInsert.MAX_VALUES) {
      values.clear();
      for (int i = 0; i < count; i++) {
        batches.get(i).addTo(values);
      }
      pipeline.addInsert(insert.ofValues(count), values.toArray());
      return;
    }
    arrays.clear();
    for (int i = 0; i < count; i++) {
      batches.get(i).addTo(arrays);
    }
    pipeline.addInsert(insert.ofArrays(), arrays.parameters());
    if (batches.size() > MAX_KEPT) {
      batches.subList(MAX_KEPT, batches.size()).clear();
    }
  }
}
