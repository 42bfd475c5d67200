// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

/**
 * Chooses how many rows a compressed batch takes, so that several batches share a page of the
 * compressed table and none is moved to its TOAST table. What was put there leaves gaps between the
 * columns of settled batches, and nothing moves those.
 */
public final class BatchSizer {
  /**
   * A tuple of at most 4080 bytes ({@code toast_tuple_target}) stays in line. Its header takes 24,
   * the other columns 72, length and alignment of three columns up to 33.
   */
  public static final int MAX_BYTES = 4080 - 24 - 72 - 33;

  /** Three batches of this size, with headers, fill a page. */
  public static final int THIRD_OF_PAGE = 2720 - 24 - 72 - 33;

  /** A batch of so few rows is stored whatever its size. */
  private static final int MIN_ROWS = 16;

  private static final double WEIGHT = 0.25;

  private final int aim;
  private double bytesPerRow = 1;

  /** Batches of about {@code aim} bytes, and of at most {@link #MAX_BYTES}. */
  public BatchSizer(int aim) {
    this.aim = aim;
  }

  /** The number of rows of the next batch, if {@code rows} are cut into batches of equal size. */
  public int evenly(int rows) {
    int batches = (int) Math.ceil(rows * bytesPerRow / aim);
    int most = Math.max(batches, (rows + CompressedBatch.MAX_ROWS - 1) / CompressedBatch.MAX_ROWS);
    return (rows + most - 1) / most;
  }

  /** The number of rows that the next batch takes at most. */
  public int most() {
    return Math.max(MIN_ROWS, (int) Math.min(CompressedBatch.MAX_ROWS, aim / bytesPerRow));
  }

  /**
   * Learns from an encoded batch.
   *
   * @return whether it may be stored; otherwise it is to be encoded again with fewer rows
   */
  public boolean accepts(int rows, int bytes) {
    double measured = (double) bytes / rows;
    if (bytes > MAX_BYTES && rows > MIN_ROWS) {
      bytesPerRow = Math.max(measured, bytesPerRow) * 1.05;
      return false;
    }
    bytesPerRow += WEIGHT * (measured - bytesPerRow);
    return true;
  }
}
