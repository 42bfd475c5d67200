// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** What a merged chunk takes, and what a query of it reads. */
class SpaceRecoveryIT extends OpenChunkCase {
  @EachTier(TestTier.COLUMNAR)
  void the_close_merges_windows_again_and_leaves_no_gaps() throws Exception {
    try (TestAggregator aggregator = aggregator()) {
      for (int window = 0; window < 12; window++) {
        fill(aggregator, window * WINDOW, (window + 1) * WINDOW);
        merge();
      }
      long open = batches(3);
      new ChunkMaintenance(
              jdbc,
              new CodecProbe(FastPath.ALWAYS),
              new Rollups(Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(365)))
          .round(Instant.now(), chunk -> false);
      assertTrue(batches(3) < open);
    }
    mustBeStored();
    long content =
        (Long)
            db.value(
                "SELECT sum(pg_column_size(series_id) + pg_column_size(time)"
                    + " + pg_column_size(value))::bigint FROM "
                    + table());
    long total = (Long) db.value("SELECT pg_total_relation_size('%s')".formatted(table()));
    assertTrue(total < content * 6 / 5 + (1 << 18), total + " bytes, content " + content);
    assertFalse(
        (Boolean)
            db.value(
                "SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid AND indrelid ="
                    + " '%s'::regclass)".formatted(table())));
  }

  @EachTier(TestTier.COLUMNAR)
  void gaps_in_the_toast_table_are_closed() throws Exception {
    try (TestAggregator aggregator = aggregator();
        Connection connection = jdbc.open("test");
        Statement statement = connection.createStatement()) {
      fill(aggregator, 0, 12 * WINDOW);
      new ChunkMaintenance(
              jdbc,
              new CodecProbe(FastPath.ALWAYS),
              new Rollups(Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(365)))
          .round(Instant.now(), chunk -> false);
      long once = toastBytes();
      for (int copy = 0; copy < 4; copy++) {
        statement.execute(
            "WITH gone AS (DELETE FROM %1$s RETURNING *) INSERT INTO %1$s SELECT * FROM gone"
                .formatted(table()));
      }
      assertTrue(toastBytes() > 4 * once, toastBytes() + " bytes, once " + once);
      String chunk =
          (String) db.value("SELECT tableoid::regclass::text FROM harvester.sample LIMIT 1");
      new SpaceRecovery(connection, CompressedTable.of(connection, chunk)).run();
      assertTrue(toastBytes() <= once * 6 / 5, toastBytes() + " bytes, once " + once);
    }
    mustBeStored();
  }

  @EachTier(TestTier.COLUMNAR)
  void a_query_of_a_node_by_name_reads_the_batches_of_that_node() throws Exception {
    try (TestAggregator aggregator = aggregator()) {
      for (int scrape = 0; scrape < 6 * WINDOW; scrape++) {
        for (int node = 0; node < 8; node++) {
          scrape(aggregator, "n" + node, scrape);
        }
      }
      merge();
    }
    db.execute("ANALYZE " + table());
    String plan =
        String.join(
            "\n",
            db.query("EXPLAIN SELECT count(*) FROM metric.m0 WHERE node = 'n3'").stream()
                .map(row -> (String) row.get(0))
                .toList());
    assertTrue(plan.contains("Index Cond: ((node_id = "), plan);
    assertFalse(plan.contains("Bitmap Heap Scan on _hyper"), plan);
  }
}
