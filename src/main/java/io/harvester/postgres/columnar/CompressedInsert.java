// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.function.UnaryOperator;

/** The INSERT statements that add compressed batches to one chunk. */
public final class CompressedInsert {
  /**
   * Up to this number, batches are sent as rows of VALUES, which is cheaper than arrays but needs a
   * statement, and so a prepared plan, for each number.
   */
  static final int MAX_VALUES = 8;

  /** Statements that send batches to the server, which reads them and stores none. */
  public static final CompressedInsert DISCARDING =
      new CompressedInsert(batches -> "SELECT FROM " + batches, "false");

  private final String[] ofValues = new String[MAX_VALUES + 1];
  private final String ofArrays;

  private CompressedInsert(UnaryOperator<String> insertFrom, String condition) {
    String row = CompressedColumn.placeholders();
    for (int rows = 1; rows <= MAX_VALUES; rows++) {
      ofValues[rows] =
          insertFrom.apply("(VALUES " + String.join(", ", Collections.nCopies(rows, row)) + ") v")
              + " WHERE "
              + condition;
    }
    ofArrays = insertFrom.apply("unnest" + row) + " WHERE " + condition;
  }

  /**
   * The statements for a chunk, or null if it does not accept compressed batches. They fail with
   * the SQLSTATE of {@code require_compressed_batches} once it no longer does.
   *
   * @param chunk qualified name of the chunk
   */
  static CompressedInsert into(Connection connection, String chunk) throws SQLException {
    CompressedTable table = CompressedTable.of(connection, chunk);
    if (table == null || !table.acceptsBatches()) {
      return null;
    }
    return new CompressedInsert(
        table::insertFrom,
        "harvester.require_compressed_batches('%s')".formatted(chunk.replace("'", "''")));
  }

  /** The statement for up to {@link #MAX_VALUES} batches, with the parameters of each. */
  String ofValues(int batches) {
    return ofValues[batches];
  }

  /**
   * The statement for any number of batches, with the parameters of {@link CompressedBatchArrays}.
   */
  String ofArrays() {
    return ofArrays;
  }
}
