// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;

/** Reads the samples that an aggregator stored; COPY BINARY keeps the value bits unchanged. */
final class StoredSampleReader {
  private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;
  private static final int COPY_SIGNATURE_BYTES = 11;

  private final Connection connection;

  StoredSampleReader(Connection connection) {
    this.connection = connection;
  }

  /** Receives a row: series, time in microseconds since the epoch, value bits. */
  @FunctionalInterface
  interface RowReader {
    void row(long seriesId, long timeMicros, long valueBits);
  }

  /** All series of the nodes with this prefix: id → all labels, as sent. */
  Map<Long, SortedMap<String, String>> series(String nodePrefix) throws SQLException {
    Map<Long, SortedMap<String, String>> series = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT s.series_id, m.name, n.name, l.key, l.value
            FROM harvester.series s
            JOIN harvester.metric m USING (metric_id)
            JOIN harvester.node n USING (node_id)
            LEFT JOIN LATERAL jsonb_each_text(s.labels) l ON true
            WHERE starts_with(n.name, ?)
            """)) {
      select.setString(1, nodePrefix);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          SortedMap<String, String> labels =
              series.computeIfAbsent(row.getLong(1), id -> new TreeMap<>());
          labels.put("__name__", row.getString(2));
          labels.put("node", row.getString(3));
          if (row.getString(4) != null) {
            labels.put(row.getString(4), row.getString(5));
          }
        }
      }
    }
    return series;
  }

  /**
   * Reads the samples of the nodes with this prefix, in no particular order.
   *
   * @param from first time, ms
   * @param to last time, ms
   */
  void samples(String nodePrefix, long from, long to, RowReader reader)
      throws SQLException, IOException {
    String copy =
        """
        COPY (
          SELECT series_id, time, value FROM harvester.sample
          WHERE node_id IN (SELECT node_id FROM harvester.node WHERE starts_with(name, %s))
            AND time BETWEEN to_timestamp(%d / 1000.0) AND to_timestamp(%d / 1000.0)
        ) TO STDOUT (FORMAT binary)
        """
            .formatted(quoted(nodePrefix), from, to);
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                new PGCopyInputStream(connection.unwrap(PGConnection.class), copy), 1 << 16))) {
      in.skipNBytes(COPY_SIGNATURE_BYTES + 4);
      in.skipNBytes(in.readInt());
      while (in.readShort() == 3) {
        long seriesId = field(in);
        long time = field(in) + POSTGRES_EPOCH_MICROS;
        reader.row(seriesId, time, field(in));
      }
    }
  }

  private static long field(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == 4 ? in.readInt() : in.readLong();
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
