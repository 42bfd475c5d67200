// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.CompressedColumn.ColumnType;
import io.harvester.postgres.pg.ArrayParameter;
import io.harvester.postgres.pg.BinaryParameter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.QueryExecutor;

/** Many compressed batches as statement parameters: one array for each {@link CompressedColumn}. */
public final class CompressedBatchArrays {
  private static final String COMPRESSED_DATA =
      "SELECT oid::int, typarray::int FROM pg_type WHERE oid = '"
          + ColumnType.COMPRESSED_DATA.sqlName
          + "'::regtype";

  private final ArrayParameter[] parameters;

  /**
   * Empty arrays.
   *
   * @param compressedOid OID of the type {@code compressed_data} in the database, which {@link #on}
   *     looks up
   */
  public CompressedBatchArrays(int compressedOid) {
    parameters =
        Arrays.stream(CompressedColumn.values())
            .map(column -> column.arrayParameter(compressedOid))
            .toArray(ArrayParameter[]::new);
  }

  /**
   * Empty arrays for a connection, which from then on sends and receives the columns' types in
   * binary format.
   *
   * @throws SQLException if the database has no TimescaleDB
   */
  public static CompressedBatchArrays on(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COMPRESSED_DATA)) {
      row.next();
      int compressed = row.getInt(1);
      QueryExecutor executor = connection.unwrap(BaseConnection.class).getQueryExecutor();
      for (ColumnType type : ColumnType.values()) {
        boolean isCompressed = type == ColumnType.COMPRESSED_DATA;
        executor.addBinarySendOid(isCompressed ? compressed : type.oid);
        executor.addBinarySendOid(isCompressed ? row.getInt(2) : type.arrayOid);
      }
      executor.addBinaryReceiveOid(compressed);
      return new CompressedBatchArrays(compressed);
    }
  }

  /** Removes all batches. */
  public void clear() {
    for (ArrayParameter parameter : parameters) {
      parameter.clear();
    }
  }

  /** Appends a batch, given by its value of each column in order. */
  void add(Iterable<BinaryParameter> batch) {
    int column = 0;
    for (BinaryParameter value : batch) {
      parameters[column++].add(value.bytes());
    }
  }

  /** The arrays, in the order of the columns. */
  public Object[] parameters() {
    return parameters;
  }
}
