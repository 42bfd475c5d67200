package io.harvester.store;

import io.harvester.ingest.Rows;
import io.harvester.ingest.SampleStore;
import io.harvester.ingest.StoreException;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Makes of rows what a columnstore would be sent, and sends it, too, if it knows a database; there
 * it is not stored. For a rehearsal.
 */
public final class NowhereStore implements SampleStore {
  private static final StoredSamples NONE = (nodeIds, seriesIds, from, to, visitor) -> {};

  private final Jdbc jdbc;

  /** Sends nothing. */
  public NowhereStore() {
    this(null);
  }

  NowhereStore(Jdbc jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Session open(String writer) {
    return jdbc == null ? new Forgetful() : new Connected(jdbc);
  }

  /** Every node is new to it, and nothing is stored. */
  private abstract static class Nowhere implements Session {
    private final RowOrder order = new RowOrder();

    void compress(Rows rows, CompressedRows into) throws StoreException {
      order.sort(rows);
      into.compress(rows, order, 0, order.count());
    }

    @Override
    public Commit transact(int[] nodeIds, Planner planner) throws StoreException {
      boolean[] ours = new boolean[nodeIds.length];
      Arrays.fill(ours, true);
      long[] newest = new long[nodeIds.length];
      Arrays.fill(newest, LockedNodes.NONE);
      return write(planner.plan(new LockedNodes(ours, newest), NONE));
    }
  }

  private static final class Forgetful extends Nowhere {
    private static final Commit DONE = () -> {};

    private final CompressedRows batches = new CompressedRows(new CompressedColumns(0));

    @Override
    public Commit write(Rows rows) throws StoreException {
      compress(rows, batches);
      return DONE;
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  /** With a transaction for each batch, as {@link CopySession} has it, of no nodes and no rows. */
  private static final class Connected extends Nowhere {
    private static final Rows NO_ROWS = new Rows();

    private final Jdbc jdbc;
    private WriterConnection connection;
    private CompressedRows batches;

    Connected(Jdbc jdbc) {
      this.jdbc = jdbc;
    }

    @Override
    public Commit write(Rows rows) throws StoreException {
      try {
        connect();
        compress(rows, batches);
        Pipeline pipeline = connection.pipeline();
        connection.nodes().claim(NO_ROWS, pipeline);
        batches.insertInto(BatchTarget.NOWHERE, pipeline);
        pipeline.add("COMMIT");
        pipeline.run();
        return connection.flushed().committed();
      } catch (SQLException e) {
        throw SqlErrors.translate("not rehearsed", e);
      }
    }

    private void connect() throws SQLException {
      if (connection == null) {
        connection = WriterConnection.open(jdbc, "harvester rehearsal");
        batches = new CompressedRows(CompressedColumns.on(connection.jdbc()));
        connection.jdbc().setAutoCommit(false);
      }
    }

    @Override
    public void close() {
      if (connection != null) {
        connection.close();
      }
    }
  }
}
