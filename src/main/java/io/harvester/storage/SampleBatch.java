package io.harvester.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows to store in one transaction, as columns; with what else the transaction records. */
public final class SampleBatch {
  private int count;
  private long[] time = new long[1024];
  private long[] bits = new long[1024];
  private long[] seriesId = new long[1024];
  private int[] node = new int[1024];

  private int[] nodeIds = new int[0];
  private long[] newestByNode = new long[0];
  private long[] storedByNode = new long[0];
  private final List<Conflict> conflicts = new ArrayList<>();
  private final ExtraRows extras = new ExtraRows();

  /**
   * A sample whose timestamp is stored with another value, which stays. Of histograms, the values
   * are the sums.
   */
  public record Conflict(int nodeId, long seriesId, long time, long storedBits, long refusedBits) {}

  public void start(int[] nodeIdsOfBatch) {
    count = 0;
    conflicts.clear();
    extras.clear();
    nodeIds = nodeIdsOfBatch;
    newestByNode = new long[nodeIds.length];
    Arrays.fill(newestByNode, SampleStore.LockedNodes.NONE);
    storedByNode = new long[nodeIds.length];
  }

  public void add(int nodePosition, long series, long timeMillis, long valueBits) {
    if (count == time.length) {
      grow();
    }
    time[count] = timeMillis;
    bits[count] = valueBits;
    seriesId[count] = series;
    node[count++] = nodePosition;
    storedByNode[nodePosition]++;
    if (timeMillis > newestByNode[nodePosition]) {
      newestByNode[nodePosition] = timeMillis;
    }
  }

  /** Notes a conflict; one of histograms is found only when they are inserted. */
  public void add(Conflict conflict) {
    conflicts.add(conflict);
  }

  private void grow() {
    int n = count * 2;
    time = Arrays.copyOf(time, n);
    bits = Arrays.copyOf(bits, n);
    seriesId = Arrays.copyOf(seriesId, n);
    node = Arrays.copyOf(node, n);
  }

  /** Number of rows. */
  public int count() {
    return count;
  }

  /** Time of a row, ms since the epoch. */
  public long time(int row) {
    return time[row];
  }

  /** Value of a row, as its bits. */
  public long bits(int row) {
    return bits[row];
  }

  /** {@code series_id} of a row. */
  public long seriesId(int row) {
    return seriesId[row];
  }

  /** Position of a row's node in {@link #nodeIds}. */
  public int nodePosition(int row) {
    return node[row];
  }

  /** {@code node_id} of a row. */
  public int nodeId(int row) {
    return nodeIds[node[row]];
  }

  /** The nodes of the transaction, ascending; rows may belong to some of them only. */
  public int[] nodeIds() {
    return nodeIds;
  }

  /** Newest row of each of {@link #nodeIds}, or {@link SampleStore.LockedNodes#NONE}. */
  public long[] newestByNode() {
    return newestByNode;
  }

  /** Rows of each of {@link #nodeIds}. */
  public long[] storedByNode() {
    return storedByNode;
  }

  /** Conflicts to record. */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  /** What else to store. */
  public ExtraRows extras() {
    return extras;
  }
}
