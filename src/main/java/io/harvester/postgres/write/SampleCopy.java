// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.storage.SampleBatch;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * Sends samples by COPY into table {@code sample} on one connection. The statements in the pipeline
 * are run before it, and a COPY that fails is always cancelled.
 */
public final class SampleCopy {
  private static final String COPY =
      "COPY harvester.sample (time, node_id, series_id, value) FROM STDIN (FORMAT binary)";

  private final StatementPipeline pipeline;
  private final CopyManager manager;
  private final CopyBuffer buffer = new CopyBuffer();

  /**
   * Sends on a connection of pgjdbc's.
   *
   * @param pipeline statements of the same connection
   */
  public SampleCopy(Connection connection, StatementPipeline pipeline) throws SQLException {
    this.pipeline = pipeline;
    this.manager = new CopyManager(connection.unwrap(BaseConnection.class));
  }

  /** Sends all rows, in the order in which they were received. */
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
