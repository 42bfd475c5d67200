// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.Gorilla;
import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests once per process whether the server decodes Harvester's compressed columns to the values
 * that were encoded. If a version of TimescaleDB has another format, samples are sent by COPY, and
 * no wrong value is ever stored.
 */
public final class CodecProbe {
  private static final Logger LOG = LoggerFactory.getLogger(CodecProbe.class);

  private static final int SIZE = 1000;

  private static final String INTEGERS =
      """
      SELECT v FROM unnest(_timescaledb_functions.compressed_data_to_array(
        ?::_timescaledb_internal.compressed_data, NULL::bigint)) WITH ORDINALITY u(v, n) ORDER BY n
      """;

  private static final String FLOATS =
      """
      SELECT ('x' || encode(float8send(v), 'hex'))::bit(64)::bigint
        FROM unnest(_timescaledb_functions.compressed_data_to_array(
               ?::_timescaledb_internal.compressed_data, NULL::float8)) WITH ORDINALITY u(v, n)
       ORDER BY n
      """;

  private final FastPath fastPath;
  private volatile Boolean passed;

  /** A probe that has not asked the server yet, and tells {@code fastPath} of a failure. */
  public CodecProbe(FastPath fastPath) {
    this.fastPath = fastPath;
  }

  /** Where detours are counted. */
  public FastPath fastPath() {
    return fastPath;
  }

  /**
   * Whether the server decodes Harvester's columns correctly; asks the server on the first call.
   *
   * @throws SQLException if the connection or the query ends before the server answers
   */
  public boolean passes(Connection connection) throws SQLException {
    if (passed == null) {
      passed = probe(connection);
      if (!passed) {
        fastPath.lose();
      }
    }
    return passed;
  }

  private static boolean probe(Connection connection) throws SQLException {
    long[] integers = integers();
    long[] floats = floats();
    try {
      boolean same =
          decodes(
                  connection,
                  INTEGERS,
                  integers,
                  out -> new DeltaDelta().encode(integers, SIZE, out))
              && decodes(
                  connection, FLOATS, floats, out -> new Gorilla().encode(floats, SIZE, out));
      if (!same) {
        LOG.warn(
            "this TimescaleDB decodes Harvester's compressed batches differently;"
                + " falling back to COPY");
      }
      return same;
    } catch (SQLException e) {
      // A lost or ended connection, a cancelled query and a lack of resources say nothing of codecs.
      if (e.getSQLState() == null || e.getSQLState().matches("(08|40|53|57).*")) {
        throw e;
      }
      LOG.warn(
          "this TimescaleDB does not accept Harvester's compressed batches; falling back to COPY:"
              + " {}",
          SqlErrors.describe(e));
      return false;
    }
  }

  private static boolean decodes(
      Connection connection, String sql, long[] values, Consumer<BinaryBuffer> encoder)
      throws SQLException {
    BinaryBuffer bytes = new BinaryBuffer();
    encoder.accept(bytes);
    byte[] compressed = new byte[bytes.length()];
    bytes.copyTo(compressed, 0);
    try (PreparedStatement decompress = connection.prepareStatement(sql)) {
      decompress.setString(1, Base64.getEncoder().encodeToString(compressed));
      try (ResultSet row = decompress.executeQuery()) {
        for (long value : values) {
          if (!row.next() || row.getLong(1) != value) {
            return false;
          }
        }
        return !row.next();
      }
    }
  }

  /** Typical ids and times, then the hard cases: every width, both signs, the extremes. */
  private static long[] integers() {
    long[] values = new long[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = i < 500 ? 70_000 + i * 3L : (i % 2 == 0 ? 1L : -1L) << (i % 64);
    }
    values[SIZE - 2] = Long.MIN_VALUE;
    values[SIZE - 1] = Long.MAX_VALUE;
    return values;
  }

  /** Runs, counters, gauges, and values that only their bits tell apart: zeros, NaN payloads. */
  private static long[] floats() {
    long[] values = new long[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = Double.doubleToRawLongBits(i < 300 ? 0.0 : i < 600 ? i * 1e6 : Math.sin(i));
    }
    values[700] = 0x7ff0000000000002L; // Prometheus's stale marker
    values[701] = 0x7ff8000000000001L;
    values[702] = Double.doubleToRawLongBits(-0.0);
    values[703] = Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY);
    values[704] = Double.doubleToRawLongBits(Double.MIN_VALUE);
    values[705] = -1;
    return values;
  }
}
