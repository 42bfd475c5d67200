package io.harvester.storage;

import java.util.Arrays;

/**
 * Where samples become durable: one session, and so one transaction at a time, per writer. The next
 * transaction need not wait until the one before is on disk.
 */
@FunctionalInterface
public interface SampleStore {
  /** A session for the writer of that name; it connects when first used. */
  Session open(String writer);

  /** One writer's way into the database. */
  interface Session extends AutoCloseable {
    /**
     * Stores rows that were planned beforehand, trusting that this process was the last to write
     * their nodes; the transaction finds out whether it was.
     *
     * @param rows without conflicts and extras
     * @return the commit, which a sender's answer has to wait for
     * @throws StoreException of kind TAKEN_OVER if another process wrote a node meanwhile, and as
     *     {@link #transact} does
     */
    Commit write(SampleBatch rows) throws StoreException;

    /**
     * Runs one transaction: locks the nodes, asks the planner for rows, stores them, commits.
     *
     * @param nodeIds the nodes that the rows may belong to, ascending
     * @return the commit, which a sender's answer has to wait for
     * @throws StoreException if nothing is committed, or it is not known whether it is
     */
    Commit transact(int[] nodeIds, Planner planner) throws StoreException;

    @Override
    void close();
  }

  /** A transaction that everybody sees, and that a crash of the database may still undo. */
  @FunctionalInterface
  interface Commit {
    /**
     * Waits until the transaction is as durable as the database is set up to make it. May be called
     * by another thread than the session's.
     *
     * @throws StoreException of kind UNKNOWN_OUTCOME if that cannot be found out; the session then
     *     no longer counts as the last writer of any node, and its next call says so
     */
    void awaitDurable() throws StoreException;
  }

  /** Decides inside the transaction, with the nodes locked, which rows to store. */
  @FunctionalInterface
  interface Planner {
    /** Returns the rows to store; they are read before the planner is called again. */
    SampleBatch plan(LockedNodes locked, StoredSamples stored) throws StoreException;
  }

  /** The locked rows of the table {@code node}, in the order of the ids asked for. */
  record LockedNodes(boolean[] lastWrittenByUs, long[] newestSample) {
    /** The newest sample of a node without samples. */
    public static final long NONE = Long.MIN_VALUE;

    /** So many nodes that we made ourselves, without samples. */
    public static LockedNodes made(int count) {
      boolean[] ours = new boolean[count];
      Arrays.fill(ours, true);
      long[] newest = new long[count];
      Arrays.fill(newest, NONE);
      return new LockedNodes(ours, newest);
    }
  }

  /** Looks up what is stored. */
  interface StoredSamples {
    /** Calls the visitor for every stored sample of those series in {@code [from, to]} (ms). */
    void find(int[] nodeIds, long[] seriesIds, long from, long to, Visitor visitor)
        throws StoreException;

    /**
     * Tells the keys of all stored samples of a node around a time (ms), if that costs no more than
     * some of the above.
     *
     * @return whether the range and all keys in it were told; if not, what was told is void
     */
    default boolean around(int nodeId, long time, SampleKeys keys) throws StoreException {
      return false;
    }
  }

  /** Receives which samples are stored in a stretch of time. */
  interface SampleKeys {
    /** All samples in {@code [from, to)} (ms) follow. */
    void range(long from, long to);

    /** One of them: its time in ms. */
    void key(long seriesId, long time);
  }

  /** Receives stored samples: time in ms, value as its bits. */
  @FunctionalInterface
  interface Visitor {
    /** One stored sample. */
    void sample(long seriesId, long time, long bits);
  }
}
