// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.storage.StoreException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads rollups, which remain when the samples are deleted. */
public interface RollupReader {
  /** A store without rollups. */
  RollupReader NONE =
      new RollupReader() {
        @Override
        public Coverage coverage() {
          return Coverage.NONE;
        }

        @Override
        public void read(
            List<Matcher> matchers,
            long from,
            long to,
            long span,
            Visitor visitor,
            BooleanSupplier cancelled) {
          throw new UnsupportedOperationException("there are no rollups");
        }
      };

  /**
   * Where rollups stand for samples; times in ms since the epoch.
   *
   * @param samplesSince samples at or before this time are deleted or will be soon, and it is the
   *     end of an hour; {@link Long#MIN_VALUE}: samples are kept, or there are no rollups
   * @param fineSince rollups of 5 minutes exist since then; {@link Long#MAX_VALUE}: there are none
   */
  record Coverage(long samplesSince, long fineSince) {
    /** Samples are kept. */
    public static final Coverage NONE = new Coverage(Long.MIN_VALUE, Long.MAX_VALUE);

    private static final long FIVE_MINUTES = 300_000;
    private static final long HOUR = 3_600_000;

    /** Length of the shortest rollups since a time, in ms. */
    public long span(long from) {
      return from >= fineSince ? FIVE_MINUTES : HOUR;
    }
  }

  /** Receives series. */
  @FunctionalInterface
  interface Visitor {
    /** A series with at least one rollup, in ascending order of time. */
    void series(SeriesLabels labels, List<Rollup> rollups);
  }

  /** Where rollups stand for samples now. */
  Coverage coverage() throws StoreException;

  /**
   * Passes the rollups of each series that all matchers match. Each series comes once, in no
   * particular order, on one thread at a time.
   *
   * @param from rollups that end after this time, ms since the epoch
   * @param to rollups that end at or before this time, ms since the epoch
   * @param span their length in ms: that of 5 minutes or of an hour
   * @param cancelled asked every few thousand rollups; if true, the call ends early
   */
  void read(
      List<Matcher> matchers,
      long from,
      long to,
      long span,
      Visitor visitor,
      BooleanSupplier cancelled)
      throws StoreException;
}
