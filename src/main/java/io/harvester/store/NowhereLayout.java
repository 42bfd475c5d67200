package io.harvester.store;

import io.harvester.ingest.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;

/** Batches as a columnstore would be sent them; the server takes them and keeps none. */
final class NowhereLayout implements WritingLayout {
  @Override
  public void configureWriter(Connection connection) {
    // nothing is written
  }

  @Override
  public StoredSamples storedSamples(Connection connection) {
    return NowhereStore.NOTHING;
  }

  @Override
  public RowSender sender(Connection connection, Pipeline pipeline) throws SQLException {
    RowOrder order = new RowOrder();
    CompressedRows batches = new CompressedRows(CompressedColumns.on(connection));
    return rows -> {
      order.sort(rows);
      batches.compress(rows, order, 0, order.count());
      batches.insertInto(BatchTarget.NOWHERE, pipeline);
    };
  }
}
