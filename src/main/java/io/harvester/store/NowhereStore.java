package io.harvester.store;

import io.harvester.ingest.Rows;
import io.harvester.ingest.SampleStore;
import io.harvester.ingest.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.UUID;

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

  private static class Forgetful implements Session {
    private final RowOrder order = new RowOrder();
    private CompressedRows batches = new CompressedRows(new CompressedColumns(0));

    @Override
    public void write(Rows rows) throws StoreException {
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

    CompressedRows batches() {
      return batches;
    }

    void batches(CompressedRows rows) {
      batches = rows;
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  /** With a transaction for each batch, as {@link CopySession} has it, of no nodes and no rows. */
  private static final class Connected extends Forgetful {
    private static final Rows NO_ROWS = new Rows();

    private final Jdbc jdbc;
    private final UUID process = UUID.randomUUID();
    private Connection connection;
    private Pipeline pipeline;
    private NodeRows nodes;

    Connected(Jdbc jdbc) {
      this.jdbc = jdbc;
    }

    @Override
    public void write(Rows rows) throws StoreException {
      try {
        connect();
        super.write(rows);
        nodes.claim(NO_ROWS, pipeline);
        batches().insertInto(BatchTarget.NOWHERE, pipeline);
        pipeline.add("COMMIT");
        pipeline.run();
      } catch (SQLException e) {
        throw SqlErrors.translate("not rehearsed", e);
      }
    }

    private void connect() throws SQLException {
      if (connection != null) {
        return;
      }
      connection = jdbc.open("harvester rehearsal");
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET plan_cache_mode = force_generic_plan");
      }
      nodes = new NodeRows(connection, process);
      pipeline = new Pipeline(connection);
      batches(new CompressedRows(CompressedColumns.on(connection)));
      connection.setAutoCommit(false);
    }

    @Override
    public void close() {
      try {
        if (connection != null) {
          connection.close();
        }
      } catch (SQLException e) {
        connection = null; // it ends with the process, if not now
      }
    }
  }
}
