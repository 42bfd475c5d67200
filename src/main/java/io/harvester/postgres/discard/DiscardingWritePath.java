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

/** Batches as a columnstore would be sent them; the server takes them and keeps none. */
public final class DiscardingWritePath implements WritePath {
  @Override
  public void configureWriter(Connection connection) {
    // nothing is written
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
