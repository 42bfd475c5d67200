// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.storage.SampleBatch;
import java.util.Arrays;

/**
 * The order in which the samples of a write are sent: sorted by (node, series, time), and cut where
 * a chunk ends. An order is an array of row numbers. Reused from write to write.
 */
public final class RowOrder {
  private int[] order = new int[1024];
  private int[] scratch = new int[1024];
  private int count;

  /** The row number at a position. */
  public int row(int position) {
    return order[position];
  }

  /** The number of rows. */
  public int count() {
    return count;
  }

  /** Orders all rows of a batch by node, series and time. */
  public void sort(SampleBatch rows) {
    count = rows.count();
    if (order.length < count) {
      order = new int[Math.max(count, order.length * 2)];
      scratch = new int[order.length];
    }
    int[] end = byNode(rows);
    int start = 0;
    for (int nodeEnd : end) {
      if (!isSorted(rows, start, nodeEnd)) {
        System.arraycopy(order, start, scratch, start, nodeEnd - start);
        mergeSort(rows, scratch, order, start, nodeEnd);
      }
      start = nodeEnd;
    }
  }

  /**
   * Partitions the positions [start, end): rows before a time (ms since the epoch) come first. Both
   * parts keep their order.
   *
   * @return how many rows are before that time
   */
  public int cut(SampleBatch rows, int start, int end, long time) {
    int before = start;
    int after = 0;
    for (int i = start; i < end; i++) {
      if (rows.time(order[i]) < time) {
        order[before++] = order[i];
      } else {
        scratch[after++] = order[i];
      }
    }
    System.arraycopy(scratch, 0, order, before, after);
    return before - start;
  }

  /** Counting sort by node, stable. Returns the end position of each node. */
  private int[] byNode(SampleBatch rows) {
    long[] perNode = rows.storedByNode();
    int[] next = new int[perNode.length];
    for (int node = 1; node < next.length; node++) {
      next[node] = next[node - 1] + (int) perNode[node - 1];
    }
    for (int row = 0; row < count; row++) {
      order[next[rows.nodePosition(row)]++] = row;
    }
    return next;
  }

  /** Mostly true: senders keep their order, and series got their ids in this order. */
  private boolean isSorted(SampleBatch rows, int start, int end) {
    for (int i = start + 1; i < end; i++) {
      if (compare(rows, order[i - 1], order[i]) > 0) {
        return false;
      }
    }
    return true;
  }

  private static void mergeSort(SampleBatch rows, int[] from, int[] to, int start, int end) {
    if (end - start < 2) {
      return;
    }
    int middle = (start + end) >>> 1;
    mergeSort(rows, to, from, start, middle);
    mergeSort(rows, to, from, middle, end);
    if (compare(rows, from[middle - 1], from[middle]) <= 0) {
      System.arraycopy(from, start, to, start, end - start);
      return;
    }
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          right >= end || (left < middle && compare(rows, from[left], from[right]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  private static int compare(SampleBatch rows, int a, int b) {
    int bySeries = Long.compare(rows.seriesId(a), rows.seriesId(b));
    return bySeries != 0 ? bySeries : Long.compare(rows.time(a), rows.time(b));
  }

  /** For tests: the order as an array. */
  int[] toArray() {
    return Arrays.copyOf(order, count);
  }
}
