package io.harvester.store;

import org.postgresql.core.Oid;

/** Many batches as one array for each column of the compressed table. */
final class CompressedColumns {
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

  /** For a server in which the type {@code compressed_data} has this number. */
  CompressedColumns(int compressedOid) {
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

  void clear() {
    for (ArrayParameter parameter : parameters) {
      parameter.clear();
    }
  }

  /** In the order of {@link CompressedBatch#COLUMNS}. */
  Object[] parameters() {
    return parameters;
  }
}
