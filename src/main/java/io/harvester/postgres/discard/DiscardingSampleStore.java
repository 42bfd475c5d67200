package io.harvester.postgres.discard;

import io.harvester.postgres.columnar.CompressedBatchArrays;
import io.harvester.postgres.columnar.CompressedBatchWriter;
import io.harvester.postgres.write.RowOrder;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;
import io.harvester.storage.StoreException;

/**
 * Makes of rows what a columnstore would be sent, and forgets it. For a rehearsal without one; with
 * one see {@link DiscardingWritePath}.
 */
public final class DiscardingSampleStore implements SampleStore {
  static final StoredSamples NOTHING = (nodeIds, seriesIds, from, to, visitor) -> {};

  @Override
  public Session open(String writer) {
    return new Forgetful();
  }

  /** Every node is new to it, and nothing is stored. */
  private static final class Forgetful implements Session {
    private static final Commit DONE = () -> {};

    private final RowOrder order = new RowOrder();
    private final CompressedBatchWriter batches =
        new CompressedBatchWriter(new CompressedBatchArrays(0));

    @Override
    public Commit write(SampleBatch rows) {
      order.sort(rows);
      batches.compress(rows, order, 0, order.count());
      return DONE;
    }

    @Override
    public Commit transact(int[] nodeIds, Planner planner) throws StoreException {
      return write(planner.plan(LockedNodes.made(nodeIds.length), NOTHING));
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
