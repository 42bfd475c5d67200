package io.harvester.postgres.write;

import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.storage.SampleBatch;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * COPY into the sample table on one connection; a COPY that began always ends. What waits in the
 * pipeline comes first.
 */
public final class SampleCopy {
  private static final String COPY =
      "COPY harvester.sample (time, node_id, series_id, value) FROM STDIN (FORMAT binary)";

  private final StatementPipeline pipeline;
  private final CopyManager manager;
  private final CopyBuffer buffer = new CopyBuffer();

  public SampleCopy(Connection connection, StatementPipeline pipeline) throws SQLException {
    this.pipeline = pipeline;
    this.manager = new CopyManager(connection.unwrap(BaseConnection.class));
  }

  /** Sends all rows as they came. */
  public void all(SampleBatch rows) throws SQLException {
    pipeline.run();
    CopyIn copy = manager.copyIn(COPY);
    try {
      buffer.begin();
      for (int row = 0; row < rows.count(); row++) {
        buffer.add(rows, row, copy);
      }
      buffer.finish(copy);
    } finally {
      cancelIfActive(copy);
    }
  }

  /** Sends the rows at positions [from, to) of an order. */
  public void some(SampleBatch rows, RowOrder order, int from, int to) throws SQLException {
    pipeline.run();
    CopyIn copy = manager.copyIn(COPY);
    try {
      buffer.begin();
      for (int position = from; position < to; position++) {
        buffer.add(rows, order.row(position), copy);
      }
      buffer.finish(copy);
    } finally {
      cancelIfActive(copy);
    }
  }

  private static void cancelIfActive(CopyIn copy) throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
