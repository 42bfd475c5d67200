package io.harvester.ingest.writer;

import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.Failures;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.metrics.IngestMetrics;
import io.harvester.storage.SampleStore;
import io.harvester.storage.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a writer has committed, once it is on disk: while one batch gets there, the writer
 * is busy with the next. Unbounded: {@link Admission} bounds what there is.
 */
public final class Acknowledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Acknowledger.class);

  /** No batch is empty. */
  private static final Written END = new Written(List.of(), List.of());

  private final BlockingQueue<Written> queue = new LinkedBlockingQueue<>();
  private final PendingWrite.Finisher finisher;
  private final IngestMetrics metrics;
  private final Thread thread;

  /** Requests that a writer is through with, and the commits that parts of them are in. */
  private record Written(List<PendingWrite> requests, List<SampleStore.Commit> commits) {}

  /** Starts a thread of that name. */
  public Acknowledger(String name, PendingWrite.Finisher finisher, IngestMetrics metrics) {
    this.finisher = finisher;
    this.metrics = metrics;
    thread = new Thread(this::work, name);
    thread.start();
  }

  /** Takes over requests from their writer. */
  void submit(List<PendingWrite> requests, List<SampleStore.Commit> commits) {
    queue.add(new Written(requests, commits));
  }

  private void work() {
    try {
      for (Written next = queue.take(); !next.requests().isEmpty(); next = queue.take()) {
        confirm(next);
        next.requests().forEach(this::answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void confirm(Written written) {
    long start = System.nanoTime();
    try {
      for (SampleStore.Commit commit : written.commits()) {
        commit.awaitDurable();
      }
      metrics.flushed(Duration.ofNanos(System.nanoTime() - start));
    } catch (StoreException e) {
      LOG.warn("{} requests not stored for certain: {}", written.requests().size(), e.getMessage());
      written.requests().forEach(write -> write.unconfirmed(e.getMessage()));
    } catch (RuntimeException | Error e) { // must not end the thread and strand every sender
      LOG.error("{} requests not confirmed", written.requests().size(), e);
      written.requests().forEach(write -> write.unconfirmed(Failures.INTERNAL));
    }
  }

  private void answer(PendingWrite write) {
    try {
      write.partDone(finisher);
    } catch (RuntimeException | Error e) { // the others wait for their answers
      LOG.error("a request was not answered", e);
    }
  }

  /** Answers what it was given, then ends. */
  @Override
  public void close() {
    queue.add(END);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // what is committed is answered all the same
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
