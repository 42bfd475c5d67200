// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.storage.StoreException;
import io.harvester.wire.NativeHistogram;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Reads what is stored, by labels. Results contain every sample whose write was acknowledged before
 * the call; a series that another aggregator registered within the last second may be missing.
 */
public interface SeriesReader {
  /** Receives series. The columns are valid during the call only. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A series with at least one sample.
     *
     * @param times timestamps in ms since the epoch, ascending and distinct
     * @param bits values as IEEE 754 bits; may be the stale marker
     * @param count number of samples: the arrays may be longer
     */
    void series(SeriesLabels labels, long[] times, long[] bits, int count);

    /**
     * A series with at least one histogram. A series that has floats too comes to both methods.
     *
     * @param histograms sorted by time, times distinct; a stale marker is one in {@code sumBits}
     */
    default void histograms(SeriesLabels labels, List<NativeHistogram> histograms) {}
  }

  /**
   * Passes the float samples of each series that all matchers match, in {@code [from, to]}, ms
   * since the epoch. Each series comes once, in no particular order, on one thread at a time.
   *
   * @param cancelled asked every few thousand samples; if true, the call ends early
   * @throws StoreException if the database cannot be read; some series may have been passed
   */
  void read(List<Matcher> matchers, long from, long to, Visitor visitor, BooleanSupplier cancelled)
      throws StoreException;

  /** Reads rollups of the same series. */
  default RollupReader rollups() {
    return RollupReader.NONE;
  }

  /**
   * The labels of all series that match.
   *
   * @param since leaves out nodes without a sample at or after this time, ms since the epoch
   */
  SeriesSelection find(List<Matcher> matchers, long since) throws StoreException;

  /** The label names of all series that match, sorted; {@code since} as in {@link #find}. */
  Set<String> labelNames(List<Matcher> matchers, long since) throws StoreException;

  /** The values of a label of all series that match, sorted; as {@link #labelNames}. */
  Set<String> labelValues(String label, List<Matcher> matchers, long since) throws StoreException;
}
