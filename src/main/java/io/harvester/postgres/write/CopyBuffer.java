// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.BigEndian;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.storage.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/**
 * Encodes samples in the binary format of COPY (PostgreSQL manual, "COPY", Binary Format). Values
 * are encoded as bits, because text would lose the payload of a NaN and with it Prometheus's stale
 * marker. Reused from COPY to COPY.
 */
public final class CopyBuffer {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HEADER_BYTES = 19;
  private static final int ROW_BYTES = 2 + 12 + 8 + 12 + 12;
  private static final int ROWS_PER_MESSAGE = 1400; // about 64 KiB
  private static final int TRAILER_BYTES = 2;

  private final byte[] buffer =
      new byte[HEADER_BYTES + ROWS_PER_MESSAGE * ROW_BYTES + TRAILER_BYTES];

  private int at;

  /** Starts a COPY: signature, no flags, no header extension. */
  public void begin() {
    System.arraycopy(SIGNATURE, 0, buffer, 0, SIGNATURE.length);
    BigEndian.putInt(buffer, SIGNATURE.length, 0);
    BigEndian.putInt(buffer, SIGNATURE.length + 4, 0);
    at = HEADER_BYTES;
  }

  /**
   * Appends one row with the columns time, node_id, series_id and value, after sending what is in
   * the buffer if it is full.
   */
  public void add(SampleBatch rows, int row, CopyIn copy) throws SQLException {
    if (at + ROW_BYTES + TRAILER_BYTES > buffer.length) {
      copy.writeToCopy(buffer, 0, at);
      at = 0;
    }
    at = encode(rows, row, at);
  }

  /**
   * Sends the remaining rows and ends the COPY.
   *
   * @throws SQLException also if the server refuses one of the rows
   */
  public void finish(CopyIn copy) throws SQLException {
    BigEndian.putShort(buffer, at, -1);
    copy.writeToCopy(buffer, 0, at + TRAILER_BYTES);
    copy.endCopy();
  }

  private int encode(SampleBatch rows, int row, int from) {
    BigEndian.putShort(buffer, from, 4);
    BigEndian.putInt(buffer, from + 2, 8);
    BigEndian.putLong(buffer, from + 6, PgTimestamps.toBinary(rows.time(row)));
    BigEndian.putInt(buffer, from + 14, 4);
    BigEndian.putInt(buffer, from + 18, rows.nodeId(row));
    BigEndian.putInt(buffer, from + 22, 8);
    BigEndian.putLong(buffer, from + 26, rows.seriesId(row));
    BigEndian.putInt(buffer, from + 34, 8);
    BigEndian.putLong(buffer, from + 38, rows.bits(row));
    return from + ROW_BYTES;
  }
}
