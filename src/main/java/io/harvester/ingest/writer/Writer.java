package io.harvester.ingest.writer;

import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.FairQueue;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.storage.SampleStore;
import java.util.ArrayList;
import java.util.List;

/**
 * One writer thread: takes what has gathered, writes it in one transaction, and leaves the answers
 * to a {@link Acknowledger}. While it writes, the next batch gathers by itself; nobody waits for a
 * clock. A request that is larger than a batch is written in slices, and between them others have
 * their turn.
 */
public final class Writer implements Runnable {
  private final FairQueue<Slice> queue = new FairQueue<>();
  private final SampleStore.Session session;
  private final TransactionLadder ladder;
  private final Acknowledger acknowledger;
  private final int batchSamples;
  private final List<PendingWrite> batch = new ArrayList<>();
  private int parts;
  private Slice carriedOver;

  /**
   * What of a request is still to be written: everything from a part on; and the commits with what
   * comes before.
   */
  private record Slice(PendingWrite write, int from, List<SampleStore.Commit> commits) {
    int parts() {
      return write.parts() - from;
    }

    Object table() {
      return write.workspace().resolution.table();
    }
  }

  /**
   * Writes batches of about so many samples with a session that the ladder uses, too. Session and
   * confirmer are closed at the end.
   */
  public Writer(
      SampleStore.Session session,
      TransactionLadder ladder,
      int batchSamples,
      Acknowledger acknowledger) {
    this.session = session;
    this.ladder = ladder;
    this.batchSamples = batchSamples;
    this.acknowledger = acknowledger;
  }

  /** Hands over a request; its place in the queue was bounded by {@link Admission}. */
  public void submit(PendingWrite write) {
    queue.put(write.turn(), new Slice(write, 0, List.of()));
  }

  /** Writes what is queued, then ends. */
  public void stop() {
    queue.close();
  }

  public int queued() {
    return queue.size();
  }

  @Override
  public void run() {
    try (session;
        acknowledger) {
      for (Slice first = next(); first != null; first = next()) {
        if (first.parts() > batchSamples) {
          writePart(first);
        } else {
          writeBatch(first);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a request; null: stopped, and nothing is left. */
  private Slice next() throws InterruptedException {
    Slice next = carriedOver == null ? queue.take() : carriedOver;
    carriedOver = null;
    return next;
  }

  /** As much of a large request as fits into a batch; the rest when it is its sender's turn. */
  private void writePart(Slice slice) {
    List<PendingWrite> request = List.of(slice.write());
    int end = slice.from() + batchSamples;
    ladder.write(request, slice.from(), end);
    List<SampleStore.Commit> commits = commits(slice);
    String failure = slice.write().failure();
    if (failure == null) {
      again(new Slice(slice.write(), end, commits));
    } else {
      ladder.fail(request, end, Integer.MAX_VALUE, failure);
      acknowledger.submit(request, commits);
    }
  }

  /** Those of the slices before it, and those since. */
  private List<SampleStore.Commit> commits(Slice slice) {
    List<SampleStore.Commit> all = new ArrayList<>(slice.commits());
    all.addAll(ladder.commits());
    return all;
  }

  private void again(Slice rest) {
    if (!queue.putFirst(rest.write().turn(), rest)) {
      carriedOver = rest; // stopped: what was accepted is finished
    }
  }

  /** A request and what else is there, as far as it fits into the batch. */
  private void writeBatch(Slice first) {
    batch.add(first.write());
    parts = first.parts();
    if (first.from() == 0) {
      gather(first.table());
    }
    ladder.write(batch, first.from(), Integer.MAX_VALUE);
    acknowledger.submit(List.copyOf(batch), commits(first));
    batch.clear();
  }

  private void gather(Object table) {
    while (parts < batchSamples) {
      Slice next = queue.poll();
      if (next == null) {
        return;
      }
      if (next.from() > 0 || next.table() != table || parts + next.parts() > batchSamples) {
        carriedOver = next; // memory is kept per table: a batch must not span two
        return;
      }
      batch.add(next.write());
      parts += next.parts();
    }
  }
}
