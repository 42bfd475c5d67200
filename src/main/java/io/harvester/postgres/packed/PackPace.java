// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.util.Deque;
import java.util.List;

/**
 * Divides tasks so that a transaction of packing takes about a fifth of a second, since a writer of
 * the node waits for it. How many rows that are depends on the machine and on what else it does.
 */
final class PackPace {
  private static final double TARGET_NS = 200e6;

  /** So the first transaction is a small one, too. */
  private static final double FIRST_NS_PER_ROW = 4_000;

  /** Below this number of rows, most of the time is that of the statements, not of the rows. */
  private static final long MIN_ROWS = 20_000;

  private double nsPerRow = FIRST_NS_PER_ROW;

  /** Removes the next task, or the first part of it: the rest remains in front. */
  PackTask next(Deque<PackTask> tasks) {
    PackTask task = tasks.removeFirst();
    while (task.rows() > MIN_ROWS && task.rows() * nsPerRow > TARGET_NS) {
      List<PackTask> halves = task.halves();
      if (halves.size() == 1) {
        return task;
      }
      tasks.addFirst(halves.get(1));
      task = halves.get(0);
    }
    return task;
  }

  /** Takes account of a transaction; more of one that was slower than expected. */
  void took(long rows, long nanos) {
    if (rows > 0) {
      double now = (double) nanos / Math.max(rows, MIN_ROWS);
      nsPerRow += (now - nsPerRow) * (now > nsPerRow ? 0.5 : 0.1);
    }
  }
}
