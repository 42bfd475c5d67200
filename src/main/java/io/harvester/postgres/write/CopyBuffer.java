package io.harvester.postgres.write;

import io.harvester.storage.SampleBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/**
 * Rows in the binary format of COPY (PostgreSQL manual, "COPY", Binary Format). Values go in as
 * bits: text and numeric would lose the payload of a NaN, and with it Prometheus's stale marker.
 */
public final class CopyBuffer {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Microseconds from 1970 to 2000, where timestamptz counts from. */
  private static final long EPOCH_MICROS = 946_684_800_000_000L;

  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HEADER_BYTES = 19;
  private static final int ROW_BYTES = 2 + 12 + 8 + 12 + 12;
  private static final int ROWS_PER_MESSAGE = 1400; // messages of about 64 KiB
  private static final int TRAILER_BYTES = 2;

  private final byte[] buffer =
      new byte[HEADER_BYTES + ROWS_PER_MESSAGE * ROW_BYTES + TRAILER_BYTES];

  private int at;

  /** A time in ms since the epoch as timestamptz is sent: microseconds since 2000. */
  public static long timestamp(long millis) {
    return millis * 1000 - EPOCH_MICROS;
  }

  /** A timestamptz as it is sent as a time in ms since the epoch. */
  public static long millis(long timestamp) {
    return Math.floorDiv(timestamp + EPOCH_MICROS, 1000);
  }

  /** Starts a new COPY: signature, no flags, no extension. */
  public void begin() {
    System.arraycopy(SIGNATURE, 0, buffer, 0, SIGNATURE.length);
    INT.set(buffer, SIGNATURE.length, 0);
    INT.set(buffer, SIGNATURE.length + 4, 0);
    at = HEADER_BYTES;
  }

  /** Adds one row: columns time, node_id, series_id, value. */
  public void add(SampleBatch rows, int row, CopyIn copy) throws SQLException {
    if (at + ROW_BYTES + TRAILER_BYTES > buffer.length) {
      copy.writeToCopy(buffer, 0, at);
      at = 0;
    }
    at = encode(rows, row, at);
  }

  /** Sends what is left and waits until the server has taken it all. */
  public void finish(CopyIn copy) throws SQLException {
    SHORT.set(buffer, at, (short) -1);
    copy.writeToCopy(buffer, 0, at + TRAILER_BYTES);
    copy.endCopy();
  }

  private int encode(SampleBatch rows, int row, int from) {
    SHORT.set(buffer, from, (short) 4);
    INT.set(buffer, from + 2, 8);
    LONG.set(buffer, from + 6, timestamp(rows.time(row)));
    INT.set(buffer, from + 14, 4);
    INT.set(buffer, from + 18, rows.nodeId(row));
    INT.set(buffer, from + 22, 8);
    LONG.set(buffer, from + 26, rows.seriesId(row));
    INT.set(buffer, from + 34, 8);
    LONG.set(buffer, from + 38, rows.bits(row));
    return from + ROW_BYTES;
  }
}
