// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.ChunkDirectory;
import io.harvester.storage.StoreException;
import io.harvester.wire.DataKind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/** The chunks of a layout. Of a kind that is not in {@code tables}, the server creates them. */
record LayoutChunks(Supplier<Duration> interval, Map<DataKind, Table> tables)
    implements ChunkDirectory {
  private static final Duration DAY = Duration.ofDays(1);

  /** Chunks per transaction: each takes several of the server's locks until it ends. */
  private static final int PER_TRANSACTION = 16;

  /** The chunks or partitions of one table. */
  interface Table {
    /** Whether the chunk of a time (ms since the epoch) is known to exist. */
    boolean has(long time);

    /** Creates the missing chunks of some times in one transaction. */
    void create(long[] times) throws SQLException;
  }

  @Override
  public Duration span() {
    Duration span = interval.get();
    return span.compareTo(DAY) < 0 ? span : DAY;
  }

  @Override
  public boolean has(DataKind kind, long[] times) {
    Table table = tables.get(kind);
    if (table != null) {
      for (long time : times) {
        if (!table.has(time)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void create(DataKind kind, long[] times) throws StoreException {
    Table table = tables.get(kind);
    if (table == null) {
      return;
    }
    long[] missing = Arrays.stream(times).filter(time -> !table.has(time)).toArray();
    try {
      for (int from = 0; from < missing.length; from += PER_TRANSACTION) {
        int to = Math.min(missing.length, from + PER_TRANSACTION);
        table.create(Arrays.copyOfRange(missing, from, to));
      }
    } catch (SQLException e) {
      throw SqlErrors.translate("chunks not created", e);
    }
  }
}
