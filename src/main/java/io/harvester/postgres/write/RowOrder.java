package io.harvester.postgres.write;

import io.harvester.storage.SampleBatch;
import java.util.Arrays;

/**
 * In which order the rows of a flush are sent: as they came, or sorted by (node, series, time) and
 * cut where a chunk ends. Reused from flush to flush.
 */
public final class RowOrder {
  private int[] order = new int[1024];
  private int[] scratch = new int[1024];
  private int count;

  /** The row to send at a position. */
  public int row(int position) {
    return order[position];
  }

  public int count() {
    return count;
  }

  /** Sorts by node, series and time. */
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

  /** Moves the rows of [start, end) that are before a time to the front; returns how many. */
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

  /** Groups the rows by node, keeping their order; returns where each node ends. */
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

  /** Mostly true: senders keep their order, and ids were given in it. */
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
