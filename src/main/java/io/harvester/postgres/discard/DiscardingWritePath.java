// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.discard;

import io.harvester.postgres.columnar.CompressedBatchArrays;
import io.harvester.postgres.columnar.CompressedBatchWriter;
import io.harvester.postgres.columnar.CompressedInsert;
import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.postgres.write.RowOrder;
import io.harvester.postgres.write.WritePath;
import io.harvester.storage.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Sends compressed batches to the server as for a columnstore, in statements that read them and
 * store none: the JIT warm-up on the columnar tier.
 */
public final class DiscardingWritePath implements WritePath {
  @Override
  public void configureWriter(Connection connection) {
    // nothing is stored
  }

  @Override
  public StoredSamples storedSamples(Connection connection) {
    return DiscardingSampleStore.NONE_STORED;
  }

  @Override
  public SampleSender sender(Connection connection, StatementPipeline pipeline)
      throws SQLException {
    RowOrder order = new RowOrder();
    CompressedBatchWriter batches = new CompressedBatchWriter(CompressedBatchArrays.on(connection));
    return rows -> {
      order.sort(rows);
      batches.compress(rows, order, 0, order.count());
      batches.insertInto(CompressedInsert.DISCARDING, pipeline);
    };
  }
}
