package io.harvester.postgres.columnar;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.function.UnaryOperator;

/** The INSERTs that put batches into the compressed table of a chunk that is being filled. */
public final class CompressedInsert {
  /**
   * So many batches are given one by one: cheaper than arrays, but another statement for each
   * number.
   */
  static final int FEW = 8;

  /** The server reads the batches and keeps none. */
  public static final CompressedInsert NOWHERE =
      new CompressedInsert(batches -> "SELECT FROM " + batches, "false");

  private final String[] few = new String[FEW + 1];
  private final String many;

  private CompressedInsert(UnaryOperator<String> into, String condition) {
    String row = CompressedTable.parameters();
    for (int rows = 1; rows <= FEW; rows++) {
      few[rows] =
          into.apply("(VALUES " + String.join(", ", Collections.nCopies(rows, row)) + ") v")
              + " WHERE "
              + condition;
    }
    many = into.apply("unnest" + row) + " WHERE " + condition;
  }

  /** The target for a chunk, given by its qualified name; null if it takes no batches. */
  static CompressedInsert of(Connection connection, String chunk) throws SQLException {
    CompressedTable table = CompressedTable.of(connection, chunk);
    if (table == null || !table.takesBatches()) {
      return null;
    }
    return new CompressedInsert(
        table::insert,
        "harvester.require_compressed_batches('%s')".formatted(chunk.replace("'", "''")));
  }

  /** Takes so many times the parameters of a {@link CompressedBatch}, at most {@link #FEW}. */
  String insertFew(int batches) {
    return few[batches];
  }

  /** Takes the parameters of {@link CompressedBatchArrays}. */
  String insertMany() {
    return many;
  }
}
