// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SampleCopyOut;
import io.harvester.postgres.rollup.NodeRollups;
import io.harvester.postgres.rollup.Rollups;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Packs series of one node in one hour, in one transaction: deletes their rows, and adds the very
 * rows that were deleted to the arrays. Rolls the series up, too. The row of the node is locked
 * meanwhile, so no process writes the node, and none removes it.
 */
final class NodePacker {
  private static final String LOCK =
      "SELECT FROM harvester.node WHERE node_id = ? FOR NO KEY UPDATE";

  private static final String TAKE =
      "DELETE FROM %s WHERE node_id = %d AND series_id = ANY ('{%s}')"
          + " AND time >= '%s' AND time < '%s' RETURNING series_id, time, value";

  private static final String CLOCKS =
      """
      SELECT clock_id, (extract(epoch FROM time) * 1000)::bigint FROM harvester.packed_time
       WHERE node_id = ? AND time >= ? AND time < ? ORDER BY clock_id, ord
      """;

  private static final String PACKED_SERIES =
      " harvester.packed_sample WHERE node_id = %d AND series_id = ANY ('{%s}')"
          + " AND clock_id >= %d AND clock_id < %d";

  private static final String PACKED =
      """
      SELECT p.series_id, c.time, p.value[c.ord]
        FROM (SELECT series_id, clock_id, array_cat(value, '{}') AS value FROM %s OFFSET 0) p
             JOIN harvester.packed_time c USING (clock_id)
       WHERE c.node_id = %d AND c.time >= '%s' AND c.time < '%s' AND p.value[c.ord] IS NOT NULL
      """;

  private final Connection connection;
  private final PackedCopy copy;
  private final NodeRollups rollups;

  /** Packs on a connection, which must not be used by others meanwhile. */
  NodePacker(Connection connection, Rollups rollups) {
    this.connection = connection;
    this.rollups = rollups.on(connection, PackedRawSamples::read);
    this.copy = new PackedCopy(connection);
  }

  /**
   * What a transaction did.
   *
   * @param rows number of rows that were packed
   * @param repeated how many of them were packed already, with any value; there should be none
   */
  record Packed(long rows, long repeated) {}

  /**
   * Packs, and commits.
   *
   * @param chunk qualified name of the chunk or partition
   */
  Packed pack(String chunk, PackTask task) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement plan = connection.createStatement();
        PreparedStatement lock = connection.prepareStatement(LOCK)) {
      plan.execute("SET LOCAL enable_seqscan = off"); // the chunk has rows of all nodes
      lock.setInt(1, task.nodeId());
      try (ResultSet row = lock.executeQuery()) {
        if (!row.next()) {
          return new Packed(0, 0); // the node was removed, with all its rows
        }
      }
      Packed packed = packLocked(chunk, task);
      connection.commit();
      return packed;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private Packed packLocked(String chunk, PackTask task) throws SQLException {
    int nodeId = task.nodeId();
    long hour = Clock.hour(task.from());
    Map<Long, SeriesColumn> taken = new LinkedHashMap<>();
    long rows =
        read(
            TAKE.formatted(
                chunk,
                nodeId,
                list(task.seriesIds()),
                Instant.ofEpochMilli(task.from()),
                Instant.ofEpochMilli(task.from() + Clock.HOUR)),
            taken);
    if (rows == 0) {
      return new Packed(0, 0);
    }
    List<Clock> clocks = clocks(nodeId, hour);
    Map<Long, SeriesColumn> columns = new LinkedHashMap<>();
    boolean merged = false;
    if (!clocks.isEmpty()) {
      long[] ids = taken.keySet().stream().mapToLong(Long::longValue).toArray();
      merged = takePacked(nodeId, ids, hour, columns);
    }
    long repeated = 0;
    for (SeriesColumn column : taken.values()) {
      SeriesColumn target = columns.computeIfAbsent(column.seriesId, SeriesColumn::new);
      for (int i = 0; i < column.count(); i++) {
        target.add(column.time(i), column.bits(i)); // after the packed ones, which win
      }
      repeated += target.sort();
    }
    BlockCutter.Cut cut = BlockCutter.cut(clocks, List.copyOf(columns.values()));
    store(nodeId, hour, clocks.size(), cut);
    if (merged) {
      PackedTables.deleteUnusedTimes(
          connection,
          Instant.ofEpochMilli(hour * Clock.HOUR),
          Instant.ofEpochMilli((hour + 1) * Clock.HOUR),
          nodeId);
    }
    long from = hour * Clock.HOUR;
    rollups.roll(nodeId, from, from + Clock.HOUR, new SortedColumns(columns.values()), false);
    return new Packed(rows, repeated);
  }

  private long read(String query, Map<Long, SeriesColumn> into) throws SQLException {
    long[] rows = {0};
    SampleCopyOut.read(
        connection,
        query,
        () -> false,
        (seriesId, time, bits) -> {
          into.computeIfAbsent(seriesId, SeriesColumn::new).add(time, bits);
          rows[0]++;
        });
    return rows[0];
  }

  private List<Clock> clocks(int nodeId, long hour) throws SQLException {
    List<Clock> clocks = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(CLOCKS)) {
      select.setInt(1, nodeId);
      select.setObject(2, PgTimestamps.utc(hour * Clock.HOUR));
      select.setObject(3, PgTimestamps.utc((hour + 1) * Clock.HOUR));
      try (ResultSet row = select.executeQuery()) {
        long id = 0;
        long[] times = new long[64];
        int count = 0;
        while (row.next()) {
          if (row.getLong(1) != id) {
            addClock(clocks, id, times, count);
            id = row.getLong(1);
            count = 0;
          }
          if (count == times.length) {
            times = Arrays.copyOf(times, count * 2);
          }
          times[count++] = row.getLong(2);
        }
        addClock(clocks, id, times, count);
      }
    }
    return clocks;
  }

  private static void addClock(List<Clock> clocks, long id, long[] times, int count) {
    if (count > 0) {
      clocks.add(new Clock(id, Arrays.copyOf(times, count)));
    }
  }

  /** Moves what is packed of these series into columns. Returns whether there was anything. */
  private boolean takePacked(
      int nodeId, long[] seriesIds, long hour, Map<Long, SeriesColumn> columns)
      throws SQLException {
    String series =
        PACKED_SERIES.formatted(
            nodeId, list(seriesIds), Clock.firstId(hour), Clock.firstId(hour + 1));
    long rows =
        read(
            PACKED.formatted(
                series,
                nodeId,
                Instant.ofEpochMilli(hour * Clock.HOUR),
                Instant.ofEpochMilli((hour + 1) * Clock.HOUR)),
            columns);
    if (rows == 0) {
      return false;
    }
    try (Statement delete = connection.createStatement()) {
      delete.executeUpdate("DELETE FROM" + series);
    }
    return true;
  }

  private void store(int nodeId, long hour, int existing, BlockCutter.Cut cut) throws SQLException {
    List<Clock> clocks = new ArrayList<>(cut.clocks());
    if (clocks.size() > existing) {
      try (PreparedStatement next =
          connection.prepareStatement(
              "SELECT nextval('harvester.packed_clock') FROM generate_series(1, ?)")) {
        next.setInt(1, clocks.size() - existing);
        try (ResultSet row = next.executeQuery()) {
          for (int i = existing; row.next(); i++) {
            clocks.set(
                i, new Clock(Clock.firstId(hour) + row.getLong(1), cut.clocks().get(i).times()));
          }
        }
      }
      copy.times(nodeId, clocks.subList(existing, clocks.size()));
    }
    copy.samples(nodeId, new BlockCutter.Cut(clocks, cut.series()));
  }

  private static String list(long[] ids) {
    return Arrays.stream(ids).mapToObj(Long::toString).collect(Collectors.joining(","));
  }
}
