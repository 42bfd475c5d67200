package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.ArrayParameter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.core.QueryExecutor;

/** Many batches as one array for each column of the compressed table. */
public final class CompressedBatchArrays {
  private static final String COMPRESSED_DATA =
      "SELECT oid::int, typarray::int FROM pg_type WHERE oid = '"
          + CompressedBatch.DATA
          + "'::regtype";

  final ArrayParameter node = new ArrayParameter("_int4", Oid.INT4);
  final ArrayParameter count = new ArrayParameter("_int4", Oid.INT4);
  final ArrayParameter firstSeries = new ArrayParameter("_int8", Oid.INT8);
  final ArrayParameter lastSeries = new ArrayParameter("_int8", Oid.INT8);
  final ArrayParameter minTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  final ArrayParameter maxTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  final ArrayParameter firstTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  final ArrayParameter lastTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  final ArrayParameter series;
  final ArrayParameter times;
  final ArrayParameter values;
  private final ArrayParameter[] parameters;

  /**
   * For a server in which the type {@code compressed_data} has this number.
   *
   * @see #on
   */
  public CompressedBatchArrays(int compressedOid) {
    String type = "_timescaledb_internal._compressed_data";
    series = new ArrayParameter(type, compressedOid);
    times = new ArrayParameter(type, compressedOid);
    values = new ArrayParameter(type, compressedOid);
    parameters =
        new ArrayParameter[] {
          node,
          count,
          firstSeries,
          lastSeries,
          firstSeries,
          lastSeries,
          minTime,
          maxTime,
          firstTime,
          lastTime,
          series,
          times,
          values
        };
  }

  /** For a connection, which learns to send and receive the types in binary form. */
  public static CompressedBatchArrays on(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COMPRESSED_DATA)) {
      row.next();
      int compressed = row.getInt(1);
      int[] binary = {
        compressed,
        row.getInt(2),
        Oid.TIMESTAMPTZ,
        Oid.INT4_ARRAY,
        Oid.INT8_ARRAY,
        Oid.TIMESTAMPTZ_ARRAY
      };
      QueryExecutor executor = connection.unwrap(BaseConnection.class).getQueryExecutor();
      for (int oid : binary) {
        executor.addBinarySendOid(oid);
      }
      executor.addBinaryReceiveOid(compressed);
      return new CompressedBatchArrays(compressed);
    }
  }

  public void clear() {
    for (ArrayParameter parameter : parameters) {
      parameter.clear();
    }
  }

  /** In the order of {@link CompressedBatch#COLUMNS}. */
  public Object[] parameters() {
    return parameters;
  }
}
