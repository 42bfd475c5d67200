// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.auth.NodeInventory;
import io.harvester.auth.NodeSummary;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.concurrent.CompletionStage;

/** Reads nodes from table {@code node}. */
public final class PgNodeInventory implements NodeInventory {
  private static final String FIND =
      "SELECT last_write_at, samples_total FROM harvester.node WHERE name = $1";

  private final Pool pool;

  /** Reads through a pool. */
  public PgNodeInventory(Pool pool) {
    this.pool = pool;
  }

  @Override
  public CompletionStage<NodeSummary> find(String name) {
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(name))
        .map(rows -> summary(name, rows.iterator()))
        .toCompletionStage();
  }

  private static NodeSummary summary(String name, RowIterator<Row> rows) {
    if (!rows.hasNext()) {
      return new NodeSummary(name, null, 0);
    }
    Row row = rows.next();
    OffsetDateTime lastWrite = row.getOffsetDateTime(0);
    return new NodeSummary(name, lastWrite == null ? null : lastWrite.toInstant(), row.getLong(1));
  }
}
