// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.ArrayParameter;
import io.harvester.postgres.pg.BinaryParameter;
import java.util.Arrays;
import java.util.List;
import org.postgresql.core.Oid;

/**
 * The columns of the table that holds a chunk's compressed batches, in the order in which Harvester
 * sends them. TimescaleDB names them (tsl/src/compression/create.c): the segmentby column, the
 * number of rows, the bounds of the two orderby columns, and the compressed columns themselves.
 */
enum CompressedColumn {
  NODE("node_id", ColumnType.INT4),
  COUNT("_ts_meta_count", ColumnType.INT4),
  MIN_SERIES("_ts_meta_min_1", ColumnType.INT8),
  MAX_SERIES("_ts_meta_max_1", ColumnType.INT8),
  FIRST_SERIES("_ts_meta_v2_first_series_id", ColumnType.INT8),
  LAST_SERIES("_ts_meta_v2_last_series_id", ColumnType.INT8),
  MIN_TIME("_ts_meta_min_2", ColumnType.TIMESTAMPTZ),
  MAX_TIME("_ts_meta_max_2", ColumnType.TIMESTAMPTZ),
  FIRST_TIME("_ts_meta_v2_first_time", ColumnType.TIMESTAMPTZ),
  LAST_TIME("_ts_meta_v2_last_time", ColumnType.TIMESTAMPTZ),
  SERIES("series_id", ColumnType.COMPRESSED_DATA),
  TIMES("time", ColumnType.COMPRESSED_DATA),
  VALUES("value", ColumnType.COMPRESSED_DATA);

  /** A column's type, with the OIDs that every PostgreSQL gives to it and to its array type. */
  enum ColumnType {
    INT4("int4", "_int4", Oid.INT4, Oid.INT4_ARRAY),
    INT8("int8", "_int8", Oid.INT8, Oid.INT8_ARRAY),
    TIMESTAMPTZ("timestamptz", "_timestamptz", Oid.TIMESTAMPTZ, Oid.TIMESTAMPTZ_ARRAY),
    /** Made by the extension, with OIDs that differ from database to database. */
    COMPRESSED_DATA(
        "_timescaledb_internal.compressed_data",
        "_timescaledb_internal._compressed_data",
        Oid.UNSPECIFIED,
        Oid.UNSPECIFIED);

    final String sqlName;
    final String arrayName;
    final int oid;
    final int arrayOid;

    ColumnType(String sqlName, String arrayName, int oid, int arrayOid) {
      this.sqlName = sqlName;
      this.arrayName = arrayName;
      this.oid = oid;
      this.arrayOid = arrayOid;
    }
  }

  private static final List<String> NAMES =
      Arrays.stream(values()).map(column -> column.sqlName).toList();

  private final String sqlName;
  private final ColumnType type;

  CompressedColumn(String sqlName, ColumnType type) {
    this.sqlName = sqlName;
    this.type = type;
  }

  /** The names of all columns, in order. */
  static List<String> names() {
    return NAMES;
  }

  /** The names of all columns, as the column list of an INSERT. */
  static String list() {
    return "(" + String.join(", ", NAMES) + ")";
  }

  /** One placeholder for each column, in parentheses. */
  static String placeholders() {
    return "(" + "?, ".repeat(NAMES.size() - 1) + "?)";
  }

  /** A parameter for the value of one batch. */
  BinaryParameter parameter() {
    return type == ColumnType.COMPRESSED_DATA
        ? new BinaryParameter(type.sqlName)
        : BinaryParameter.ofNumber(type.sqlName);
  }

  /**
   * A parameter for the values of many batches.
   *
   * @param compressedOid OID of the type {@code compressed_data} in the database
   */
  ArrayParameter arrayParameter(int compressedOid) {
    return new ArrayParameter(
        type.arrayName, type == ColumnType.COMPRESSED_DATA ? compressedOid : type.oid);
  }
}
