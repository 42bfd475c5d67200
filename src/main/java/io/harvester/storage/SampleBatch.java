// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one transaction writes: float samples as columns, and the rows that come in small numbers as
 * objects. Reused from transaction to transaction.
 */
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
  private final InsertBatch<HistogramRow> histograms = new InsertBatch<>();
  private final InsertBatch<ExemplarRow> exemplars = new InsertBatch<>();
  private final List<StartRow> starts = new ArrayList<>();

  /**
   * A sample that is refused because its timestamp is stored with another value. For histograms the
   * values are the sums.
   *
   * @param time ms since the epoch
   * @param storedBits the value that is kept, as its IEEE 754 bits
   * @param refusedBits the value that is refused, as its IEEE 754 bits
   */
  public record Conflict(int nodeId, long seriesId, long time, long storedBits, long refusedBits) {}

  /** Empties the batch and sets the nodes that its rows may belong to, ascending. */
  public void start(int[] nodeIdsOfBatch) {
    count = 0;
    conflicts.clear();
    histograms.clear();
    exemplars.clear();
    starts.clear();
    nodeIds = nodeIdsOfBatch;
    newestByNode = new long[nodeIds.length];
    Arrays.fill(newestByNode, SampleStore.LockedNodes.NONE);
    storedByNode = new long[nodeIds.length];
  }

  /**
   * Adds a float sample.
   *
   * @param nodePosition position of its node in {@link #nodeIds}
   * @param timeMillis ms since the epoch
   * @param valueBits the value as its IEEE 754 bits
   */
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

  private void grow() {
    int n = count * 2;
    time = Arrays.copyOf(time, n);
    bits = Arrays.copyOf(bits, n);
    seriesId = Arrays.copyOf(seriesId, n);
    node = Arrays.copyOf(node, n);
  }

  /** Records a conflict. Conflicts of histograms are added while the batch is being stored. */
  public void add(Conflict conflict) {
    conflicts.add(conflict);
  }

  /** Adds a histogram or an exemplar; what becomes of it is counted in {@code outcomes}. */
  public void add(HistogramOrExemplar row, Outcomes outcomes) {
    if (row instanceof HistogramRow histogram) {
      histograms.add(histogram, outcomes);
    } else if (row instanceof ExemplarRow exemplar) {
      exemplars.add(exemplar, outcomes);
    }
  }

  /** Adds a start time. */
  public void add(StartRow start) {
    starts.add(start);
  }

  /** Whether the batch has float samples and nothing else to record. */
  public boolean hasOnlySamples() {
    return conflicts.isEmpty()
        && histograms.size() == 0
        && exemplars.size() == 0
        && starts.isEmpty();
  }

  /** Number of float samples. */
  public int count() {
    return count;
  }

  /** Time of a float sample, ms since the epoch. */
  public long time(int row) {
    return time[row];
  }

  /** Value of a float sample, as its IEEE 754 bits. */
  public long bits(int row) {
    return bits[row];
  }

  /** {@code series_id} of a float sample. */
  public long seriesId(int row) {
    return seriesId[row];
  }

  /** Position of a float sample's node in {@link #nodeIds}. */
  public int nodePosition(int row) {
    return node[row];
  }

  /** {@code node_id} of a float sample. */
  public int nodeId(int row) {
    return nodeIds[node[row]];
  }

  /** The nodes of the transaction, ascending. Some of them may have no rows. */
  public int[] nodeIds() {
    return nodeIds;
  }

  /** Time of the newest float sample of each of {@link #nodeIds}, or {@code LockedNodes.NONE}. */
  public long[] newestByNode() {
    return newestByNode;
  }

  /** Number of float samples of each of {@link #nodeIds}. */
  public long[] storedByNode() {
    return storedByNode;
  }

  /** Conflicts to record. */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  /** Native histograms to insert. */
  public InsertBatch<HistogramRow> histograms() {
    return histograms;
  }

  /** Exemplars to insert. */
  public InsertBatch<ExemplarRow> exemplars() {
    return exemplars;
  }

  /** Start times that this writer has not stored since it started; they may be stored already. */
  public List<StartRow> starts() {
    return starts;
  }
}
