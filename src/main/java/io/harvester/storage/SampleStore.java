// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import java.util.Arrays;

/**
 * Where samples become durable. Each writer has one session, and a session has at most one
 * transaction open. The next transaction does not wait until the previous one is on disk.
 */
@FunctionalInterface
public interface SampleStore {
  /**
   * Creates the session of one writer. It connects at its first transaction.
   *
   * @param writer name of the writer's thread, for log lines and connection names
   */
  Session open(String writer);

  /** The chunks of this store. */
  default ChunkDirectory chunks() {
    return ChunkDirectory.COMPLETE;
  }

  /** One writer's connection to the database. */
  interface Session extends AutoCloseable {
    /**
     * Stores a batch that was deduplicated from memory, without reading the nodes' rows first. The
     * database verifies that this session wrote the batch's nodes last.
     *
     * @param batch samples only: no conflicts, histograms, exemplars or start times
     * @return the commit that the answer to the sender waits for
     * @throws StoreException of kind {@code TAKEN_OVER} if another process wrote one of the nodes
     *     since; nothing is stored then. Other kinds as in {@link Transaction#commit}
     */
    Commit write(SampleBatch batch) throws StoreException;

    /**
     * Begins a transaction and locks the rows of its nodes until it ends.
     *
     * @param nodeIds the nodes that the batch may write, ascending
     * @throws StoreException if the nodes cannot be locked; nothing is stored then
     */
    Transaction begin(int[] nodeIds) throws StoreException;

    @Override
    void close();
  }

  /** A transaction that holds the locks of its nodes: no other process writes them meanwhile. */
  interface Transaction extends AutoCloseable {
    /** The locked rows of table {@code node}. */
    LockedNodes locked();

    /** Reads the samples that are stored, as this transaction sees them. */
    StoredSamples stored();

    /**
     * Writes a batch. Counts of histograms and exemplars are added to their {@link Outcomes}.
     *
     * @throws StoreException if the database refuses it; the transaction cannot commit then
     */
    void store(SampleBatch batch) throws StoreException;

    /**
     * Commits.
     *
     * @return the commit that the answer to the sender waits for
     * @throws StoreException of kind {@code UNKNOWN_OUTCOME} if the connection broke meanwhile;
     *     with any other kind, nothing is stored
     */
    Commit commit() throws StoreException;

    /** Rolls back, unless the transaction has committed. */
    @Override
    void close();
  }

  /** A committed transaction: visible, but not durable until {@link #awaitDurable} returns. */
  @FunctionalInterface
  interface Commit {
    /**
     * Waits until the commit is as durable as the database is configured to make it. Any thread may
     * call this.
     *
     * @throws StoreException of kind {@code UNKNOWN_OUTCOME} if that cannot be established. The
     *     session then no longer counts as the last writer of any node; its next call fails with
     *     {@code TAKEN_OVER}
     */
    void awaitDurable() throws StoreException;
  }

  /**
   * The locked rows of table {@code node}, in the order of the ids given to {@link Session#begin}.
   *
   * @param lastWrittenHere whether this session wrote the node last
   * @param newestSample time of the node's newest sample, ms since the epoch, or {@link #NONE}
   */
  record LockedNodes(boolean[] lastWrittenHere, long[] newestSample) {
    /** {@link #newestSample} of a node without samples. */
    public static final long NONE = Long.MIN_VALUE;

    /** Nodes without samples that this session wrote last. */
    public static LockedNodes empty(int count) {
      boolean[] here = new boolean[count];
      Arrays.fill(here, true);
      long[] newest = new long[count];
      Arrays.fill(newest, NONE);
      return new LockedNodes(here, newest);
    }
  }

  /** Reads stored samples. */
  interface StoredSamples {
    /**
     * Calls the visitor for each stored sample of the given series in {@code [from, to]}, ms since
     * the epoch. It may also be called for other series of the same nodes.
     */
    void find(int[] nodeIds, long[] seriesIds, long from, long to, Visitor visitor)
        throws StoreException;

    /**
     * Passes the keys of all stored samples of a node in the chunk of the given time, if that is as
     * cheap as a few calls of {@link #find}.
     *
     * @param time ms since the epoch
     * @return whether the range and all its keys were passed; if false, discard what was passed
     */
    default boolean around(int nodeId, long time, SampleKeys keys) throws StoreException {
      return false;
    }
  }

  /** Receives the keys of the samples stored in one time range. */
  interface SampleKeys {
    /** Begins: all samples in {@code [from, to)}, ms since the epoch, follow. */
    void range(long from, long to);

    /** One stored sample; time in ms since the epoch. */
    void key(long seriesId, long time);
  }

  /** Receives stored samples. */
  @FunctionalInterface
  interface Visitor {
    /** One stored sample; time in ms since the epoch, value as its IEEE 754 bits. */
    void sample(long seriesId, long time, long bits);
  }
}
