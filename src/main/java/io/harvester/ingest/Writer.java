package io.harvester.ingest;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer thread: takes what has gathered, writes it in one transaction, answers. While it
 * writes, the next batch gathers by itself; nobody waits for a clock. A request that is larger than
 * a batch is written in slices, and between them others have their turn.
 */
final class Writer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private final FairQueue<Slice> queue = new FairQueue<>();
  private final SampleStore.Session session;
  private final TransactionLadder ladder;
  private final PendingWrite.Finisher finisher;
  private final int batchSamples;
  private final List<PendingWrite> batch = new ArrayList<>();
  private int parts;
  private Slice carriedOver;

  /** What of a request is still to be written: everything from a part on. */
  private record Slice(PendingWrite write, int from) {
    int parts() {
      return write.parts() - from;
    }

    Object table() {
      return write.workspace().resolution.table();
    }
  }

  /** Writes batches of about so many samples with a session that the ladder uses, too. */
  Writer(
      SampleStore.Session session,
      TransactionLadder ladder,
      int batchSamples,
      PendingWrite.Finisher finisher) {
    this.session = session;
    this.ladder = ladder;
    this.batchSamples = batchSamples;
    this.finisher = finisher;
  }

  /** Hands over a request; its place in the queue was bounded by {@link Admission}. */
  void submit(PendingWrite write) {
    queue.put(write.turn(), new Slice(write, 0));
  }

  /** Writes what is queued, then ends. */
  void stop() {
    queue.close();
  }

  int queued() {
    return queue.size();
  }

  @Override
  public void run() {
    try (session) {
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
    String failure = slice.write().failure();
    if (failure == null) {
      again(new Slice(slice.write(), end));
    } else {
      ladder.fail(request, end, Integer.MAX_VALUE, failure);
      answer(slice.write());
    }
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
    batch.forEach(this::answer);
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

  private void answer(PendingWrite write) {
    try {
      write.partDone(finisher);
    } catch (RuntimeException | Error e) { // the others wait for their answers
      LOG.error("a request was not answered", e);
    }
  }
}
