// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harvester.postgres.layout.ColumnarLayout;
import io.harvester.postgres.layout.HypertableLayout;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.maintenance.RetentionJob;
import io.harvester.postgres.rollup.Rollups;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The SQL of the columnar tier, and of the hypertable tier with a columnstore, on TimescaleDB's
 * community edition in WebAssembly. That is version 2.23, without direct compress and compaction.
 */
class PgliteIT {
  private static final Rollups ROLLUPS =
      new Rollups(Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(365));

  private final Instant now = Instant.now();

  /** In the middle of a chunk of two hours that is closed. */
  private final Instant old =
      Instant.ofEpochSecond(
          (now.getEpochSecond() - Duration.ofDays(3).toSeconds()) / 7200 * 7200 + 3600);

  private PgliteServer server;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(PgliteServer.whyNot().isEmpty(), PgliteServer::whyNot);
    server = PgliteServer.start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private ColumnarLayout columnar() throws Exception {
    server.migrate("common", "columnar");
    return new ColumnarLayout(
        server.jdbc(), Optional.empty(), () -> 1000, Duration.ofMinutes(5), ROLLUPS);
  }

  /** Two nodes with two metrics each, ten samples a series. */
  private void fill(Instant from) throws SQLException {
    server.execute(
        "INSERT INTO harvester.node (name) VALUES ('lab'), ('office') ON CONFLICT DO NOTHING;"
            + " INSERT INTO harvester.metric (name) VALUES ('cpu'), ('ram') ON CONFLICT DO NOTHING;"
            + " INSERT INTO harvester.series (series_id, metric_id, node_id, labels, fingerprint)"
            + " SELECT m.metric_id::bigint << 40 | nextval('harvester.series_sequence'),"
            + " m.metric_id, n.node_id, '{}', md5(n.name || m.name)::uuid"
            + " FROM harvester.node n, harvester.metric m ORDER BY 2, 3 ON CONFLICT DO NOTHING;"
            + " INSERT INTO harvester.sample SELECT '"
            + from
            + "'::timestamptz + i * interval '15 s', r.node_id, r.series_id, i"
            + " FROM harvester.series r, generate_series(0, 9) i ORDER BY 2, 3, 1");
  }

  private int status(Instant of) throws SQLException {
    return (Integer)
        server.value(
            "SELECT _timescaledb_functions.chunk_status(c) FROM show_chunks('harvester.sample',"
                + " newer_than => '%s'::timestamptz - interval '2 h',".formatted(of)
                + " older_than => '%s'::timestamptz + interval '2 h') c".formatted(of));
  }

  @Test
  void a_chunk_is_in_the_columnstore_before_its_first_row() throws Exception {
    ColumnarLayout layout = columnar();
    layout.createAhead(old);
    layout.createAhead(old); // known, and not created again
    assertEquals(
        2L,
        server.value(
            "SELECT count(*) FROM timescaledb_information.chunks"
                + " WHERE hypertable_name = 'sample' AND is_compressed"));
    assertEquals(
        "node_id",
        server.value(
            "SELECT attname FROM timescaledb_information.compression_settings"
                + " WHERE hypertable_name = 'sample' AND segmentby_column_index = 1"));
  }

  @Test
  void late_rows_are_packed_and_audited_by_chunk_maintenance() throws Exception {
    ColumnarLayout layout = columnar();
    layout.createAhead(old);
    fill(old);
    assertEquals(ChunkStatus.COMPRESSED | ChunkStatus.PARTIAL, status(old));
    layout.maintainClosed(now, () -> false);
    assertEquals(
        ChunkStatus.COMPRESSED, status(old) & (ChunkStatus.COMPRESSED | ChunkStatus.PARTIAL));
    // Where the server gives no compressed columns, there is nothing in memory to roll up.
    assertEquals(
        "compress,check_duplicates,not_rolled_up,vacuum",
        server.value(
            "SELECT string_agg(step, ',' ORDER BY finished_at) FROM harvester.chunk_maintenance"
                + " WHERE chunk IN (SELECT chunk FROM harvester.chunk_maintenance WHERE step ="
                + " 'compress')"));
    assertEquals(
        0L,
        server.value(
            "SELECT max(duplicates) FROM harvester.chunk_maintenance WHERE step ="
                + " 'check_duplicates'"));
    assertEquals(40L, server.value("SELECT count(*) FROM harvester.sample"));
  }

  @Test
  void duplicates_are_found_and_repaired() throws Exception {
    ColumnarLayout layout = columnar();
    layout.createAhead(old);
    fill(old);
    server.execute("INSERT INTO harvester.sample SELECT * FROM harvester.sample WHERE node_id = 1");
    assertEquals(60L, server.value("SELECT count(*) FROM harvester.sample"));
    layout.maintainClosed(now, () -> false);
    assertEquals(40L, server.value("SELECT count(*) FROM harvester.sample"));
    assertEquals(
        20L,
        server.value(
            "SELECT duplicates FROM harvester.chunk_maintenance WHERE step = 'remove_duplicates'"));
  }

  @Test
  void retention_deletes_by_node_and_by_metric_from_compressed_chunks() throws Exception {
    ColumnarLayout layout = columnar();
    layout.createAhead(old);
    fill(old);
    layout.maintainClosed(now, () -> false);
    retentionDeletes(layout, 30);
    // The chunk is unordered now; only 2.29 and later could compact it.
    assertEquals(0, status(old) & ChunkStatus.PARTIAL);
    assertEquals(10L, server.value("SELECT count(*) FROM harvester.sample"));
  }

  private void retentionDeletes(StorageLayout layout, long expired) throws Exception {
    server.execute(
        "SELECT harvester.set_node_retention('lab', '1 day'), harvester.set_metric_retention('ram',"
            + " '1 day'); UPDATE harvester.retention_rule SET changed_at = now() - interval '1"
            + " hour'");
    RetentionJob retention = new RetentionJob(server.jdbc(), layout, Duration.ofDays(365));
    retention.round(now);
    assertEquals(expired, retention.deletedRows());
    assertEquals(
        "office cpu 10",
        server.value(
            "SELECT string_agg(DISTINCT n.name || ' ' || m.name, ',') || ' ' || count(*)"
                + " FROM harvester.sample s JOIN harvester.series r USING (series_id)"
                + " JOIN harvester.metric m USING (metric_id)"
                + " JOIN harvester.node n ON n.node_id = s.node_id"));
    retention.round(now);
    assertEquals(expired, retention.deletedRows(), "a second round finds nothing to do");
  }

  @Test
  void old_chunks_are_dropped() throws Exception {
    ColumnarLayout layout = columnar();
    layout.createAhead(old);
    fill(old);
    layout.createAhead(now);
    fill(now);
    RetentionJob retention = new RetentionJob(server.jdbc(), layout, Duration.ofDays(1));
    retention.round(now);
    assertTrue(retention.droppedChunks() >= 1);
    assertEquals(40L, server.value("SELECT count(*) FROM harvester.sample"));
  }

  @Test
  void an_older_community_edition_compresses_by_policy_and_keeps_its_unique_index()
      throws Exception {
    server.migrate("common", "indexed", "hypertable");
    HypertableLayout layout =
        new HypertableLayout(
            server.jdbc(), Duration.ofHours(2), Duration.ZERO, Duration.ofDays(365), ROLLUPS);
    layout.createAhead(now);
    layout.createAhead(now);
    assertEquals(
        "policy_compression",
        server.value(
            "SELECT string_agg(proc_name, ',') FROM timescaledb_information.jobs"
                + " WHERE hypertable_name = 'sample'"));
    fill(old);
    server.execute("SELECT compress_chunk(c) FROM show_chunks('harvester.sample') c");
    SQLException duplicate = assertThrows(SQLException.class, () -> fill(old));
    assertEquals("23505", duplicate.getSQLState());
    server.execute(
        "INSERT INTO harvester.sample SELECT time + interval '7 ms', node_id, series_id, 0"
            + " FROM harvester.sample WHERE node_id = 1"); // late, but new
    assertEquals(60L, server.value("SELECT count(*) FROM harvester.sample"));
    retentionDeletes(layout, 50);
  }
}
