// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.writer;

import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.FairQueue;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.SampleStore.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One writer thread. It takes the requests that have queued up, writes them in one transaction and
 * leaves the answers to an {@link Acknowledger}. The next batch gathers meanwhile, so no timer is
 * needed. A request larger than a batch is written in slices; other senders take their turns in
 * between.
 */
public final class Writer implements Runnable {
  private final FairQueue<Slice> queue = new FairQueue<>();
  private final Session session;
  private final TransactionLadder ladder;
  private final Acknowledger acknowledger;
  private final int batchSamples;
  private final List<PendingWrite> batch = new ArrayList<>();
  private final BatchChunks batchChunks;
  private int batchDataPoints;
  private Slice carriedOver;

  /** The data points of a request from an index on, and the commits that hold the earlier ones. */
  private record Slice(PendingWrite write, int from, List<Commit> commits) {
    int dataPoints() {
      return write.dataPoints() - from;
    }

    Object table() {
      return write.workspace().resolution.table();
    }

    /** The commits of all slices so far. */
    List<Commit> commitsWith(List<Commit> more) {
      List<Commit> all = new ArrayList<>(commits);
      all.addAll(more);
      return all;
    }
  }

  /**
   * Creates a writer. It closes session and acknowledger when it ends.
   *
   * @param session the session that {@code ladder} writes with
   * @param batchSamples number of data points from which on a batch takes no more requests
   * @param chunkSpan time span of a chunk: a batch spans few of them
   */
  public Writer(
      Session session,
      TransactionLadder ladder,
      int batchSamples,
      Supplier<Duration> chunkSpan,
      Acknowledger acknowledger) {
    this.session = session;
    this.ladder = ladder;
    this.batchSamples = batchSamples;
    this.batchChunks = new BatchChunks(chunkSpan);
    this.acknowledger = acknowledger;
  }

  /** Queues a request. The queue is bounded by {@link Admission}. */
  public void submit(PendingWrite write) {
    queue.put(write.turn(), new Slice(write, 0, List.of()));
  }

  /** Writes what is queued, then ends. */
  public void stop() {
    queue.close();
  }

  /** Number of queued requests. */
  public int queued() {
    return queue.size();
  }

  @Override
  public void run() {
    try (session;
        acknowledger) {
      for (Slice first = next(); first != null; first = next()) {
        int end = first.write().sliceEnd(first.from(), batchSamples);
        if (end < first.write().dataPoints()) {
          writeSlice(first, end);
        } else {
          writeBatch(first);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a request; null once the writer is stopped and the queue is empty. */
  private Slice next() throws InterruptedException {
    Slice next = carriedOver == null ? queue.take() : carriedOver;
    carriedOver = null;
    return next;
  }

  /** Writes the data points up to {@code end} of a large request and queues the rest. */
  private void writeSlice(Slice slice, int end) {
    List<PendingWrite> request = List.of(slice.write());
    List<Commit> commits = slice.commitsWith(ladder.write(request, slice.from(), end));
    String failure = slice.write().failure();
    if (failure == null) {
      queueFirst(new Slice(slice.write(), end, commits));
    } else {
      ladder.fail(request, end, Integer.MAX_VALUE, failure);
      acknowledger.submit(request, commits);
    }
  }

  private void queueFirst(Slice rest) {
    if (!queue.putFirst(rest.write().turn(), rest)) {
      carriedOver = rest; // stopped: accepted requests are finished
    }
  }

  /** Writes a request together with queued ones that fit into the batch. */
  private void writeBatch(Slice first) {
    batch.add(first.write());
    batchDataPoints = first.dataPoints();
    batchChunks.clear();
    if (first.from() == 0 && batchChunks.add(first.write().chunks())) {
      gather(first.table());
    }
    List<Commit> commits = ladder.write(batch, first.from(), Integer.MAX_VALUE);
    acknowledger.submit(List.copyOf(batch), first.commitsWith(commits));
    batch.clear();
  }

  private void gather(Object table) {
    while (batchDataPoints < batchSamples) {
      Slice next = queue.poll();
      if (next == null) {
        return;
      }
      boolean fits = batchDataPoints + next.dataPoints() <= batchSamples;
      // The newest samples are remembered per series table: a batch must not span two.
      if (next.from() > 0
          || next.table() != table
          || !fits
          || !batchChunks.add(next.write().chunks())) {
        carriedOver = next;
        return;
      }
      batch.add(next.write());
      batchDataPoints += next.dataPoints();
    }
  }
}
