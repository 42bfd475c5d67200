// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.copy;

import io.harvester.postgres.pg.BinaryBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows by COPY in binary format (PostgreSQL manual, "COPY", Binary Format), which keeps the
 * bits of a NaN. Reused from COPY to COPY, on one connection.
 */
public final class BinaryCopy {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

  private static final int MESSAGE_BYTES = 1 << 16;

  private final Connection connection;
  private final BinaryBuffer buffer = new BinaryBuffer();
  private CopyIn copy;

  /** Copies on a connection, in its transaction. */
  public BinaryCopy(Connection connection) {
    this.connection = connection;
  }

  /** Writes rows: for each, {@link #begin} and then its columns. */
  @FunctionalInterface
  public interface Rows {
    /** Called once. */
    void write() throws SQLException;
  }

  /**
   * Runs a COPY.
   *
   * @param sql {@code COPY … FROM STDIN (FORMAT binary)}
   */
  public void run(String sql, Rows rows) throws SQLException {
    copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      buffer.clear();
      for (byte each : SIGNATURE) {
        buffer.putByte(each);
      }
      buffer.putInt(0);
      buffer.putInt(0);
      rows.write();
      buffer.putByte(-1);
      buffer.putByte(-1);
      send();
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** Begins a row; a full buffer is sent before. */
  public void begin(int columns) throws SQLException {
    if (buffer.length() >= MESSAGE_BYTES) {
      send();
      buffer.clear();
    }
    buffer.putByte(0);
    buffer.putByte(columns);
  }

  private void send() throws SQLException {
    copy.writeToCopy(buffer.array(), 0, buffer.length());
  }

  /**
   * Appends a bigint, a timestamp, or the bits of a float8: a column, or an element of an array.
   */
  public void number(long value) {
    buffer.putInt(8);
    buffer.putLong(value);
  }

  /** Appends an int: a column, or an element of an array. */
  public void number(int value) {
    buffer.putInt(4);
    buffer.putInt(value);
  }

  /** Appends a boolean column. */
  public void flag(boolean value) {
    buffer.putInt(1);
    buffer.putByte(value ? 1 : 0);
  }

  /** Appends NULLs. */
  public void nulls(int count) {
    for (int i = 0; i < count; i++) {
      buffer.putInt(-1);
    }
  }

  /**
   * Begins an array of one dimension; its elements follow, and {@link #endArray}.
   *
   * @param type OID of the elements
   * @param first the subscript of the first element
   * @return where the array begins
   */
  public int beginArray(int type, int count, int first, boolean hasNulls) {
    int start = buffer.length();
    buffer.putInt(0); // the length, set at the end
    buffer.putInt(1);
    buffer.putInt(hasNulls ? 1 : 0);
    buffer.putInt(type);
    buffer.putInt(count);
    buffer.putInt(first);
    return start;
  }

  /** Ends the array that begins there. */
  public void endArray(int start) {
    buffer.setInt(start, buffer.length() - start - 4);
  }
}
