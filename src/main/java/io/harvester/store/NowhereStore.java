package io.harvester.store;

import io.harvester.ingest.Rows;
import io.harvester.ingest.SampleStore;
import io.harvester.ingest.StoreException;
import java.util.Arrays;

/** Makes of rows what a columnstore would be sent, and forgets it: for a rehearsal. */
public final class NowhereStore implements SampleStore {
  private static final StoredSamples NONE = (nodeIds, seriesIds, from, to, visitor) -> {};

  @Override
  public Session open(String writer) {
    return new Forgetful();
  }

  private static final class Forgetful implements Session {
    private final RowOrder order = new RowOrder();
    private final CompressedRows batches = new CompressedRows(new CompressedColumns(0));

    @Override
    public void write(Rows rows) {
      order.sort(rows);
      batches.compress(rows, order, 0, order.count());
    }

    @Override
    public void transact(int[] nodeIds, Planner planner) throws StoreException {
      boolean[] ours = new boolean[nodeIds.length];
      Arrays.fill(ours, true);
      long[] newest = new long[nodeIds.length];
      Arrays.fill(newest, LockedNodes.NONE);
      write(planner.plan(new LockedNodes(ours, newest), NONE));
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
