// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.discard;

import io.harvester.postgres.columnar.CompressedBatchArrays;
import io.harvester.postgres.columnar.CompressedBatchWriter;
import io.harvester.postgres.write.RowOrder;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;

/**
 * Compresses samples as for a columnstore and discards them: the JIT warm-up where there is no
 * columnstore. Where there is one, see {@link DiscardingWritePath}.
 */
public final class DiscardingSampleStore implements SampleStore {
  static final StoredSamples NONE_STORED = (nodeIds, seriesIds, from, to, visitor) -> {};

  @Override
  public Session open(String writer) {
    return new DiscardingSession();
  }

  private static final class DiscardingSession implements Session {
    private static final Commit DURABLE = () -> {};

    private final RowOrder order = new RowOrder();
    private final CompressedBatchWriter batches =
        new CompressedBatchWriter(new CompressedBatchArrays(0));

    @Override
    public Commit write(SampleBatch batch) {
      compress(batch);
      return DURABLE;
    }

    private void compress(SampleBatch batch) {
      order.sort(batch);
      batches.compress(batch, order, 0, order.count());
    }

    @Override
    public Transaction begin(int[] nodeIds) {
      return new DiscardingTransaction(nodeIds.length);
    }

    @Override
    public void close() {
      // no connection
    }

    /** Every node is empty, and nothing is stored. */
    private final class DiscardingTransaction implements Transaction {
      private final int nodes;

      DiscardingTransaction(int nodes) {
        this.nodes = nodes;
      }

      @Override
      public LockedNodes locked() {
        return LockedNodes.empty(nodes);
      }

      @Override
      public StoredSamples stored() {
        return NONE_STORED;
      }

      @Override
      public void store(SampleBatch batch) {
        compress(batch);
      }

      @Override
      public Commit commit() {
        return DURABLE;
      }

      @Override
      public void close() {
        // nothing to roll back
      }
    }
  }
}
