// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.writer;

import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.Failures;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.metrics.IngestMetrics;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a writer's requests once their commits are durable, on a thread of its own: the writer
 * writes the next batch meanwhile. The queue is bounded by {@link Admission}.
 */
public final class Acknowledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Acknowledger.class);

  /** Ends the thread. Every other batch has requests. */
  private static final Written END = new Written(List.of(), List.of());

  private final BlockingQueue<Written> queue = new LinkedBlockingQueue<>();
  private final PendingWrite.Finisher finisher;
  private final IngestMetrics metrics;
  private final Thread thread;

  /** Requests that a writer is done with, and the commits that hold their data points. */
  private record Written(List<PendingWrite> requests, List<Commit> commits) {}

  /** Starts a thread with that name. */
  public Acknowledger(String name, PendingWrite.Finisher finisher, IngestMetrics metrics) {
    this.finisher = finisher;
    this.metrics = metrics;
    thread = new Thread(this::work, name);
    thread.start();
  }

  /** Takes over requests from their writer. */
  void submit(List<PendingWrite> requests, List<Commit> commits) {
    queue.add(new Written(requests, commits));
  }

  private void work() {
    try {
      for (Written next = queue.take(); !next.requests().isEmpty(); next = queue.take()) {
        awaitDurable(next);
        next.requests().forEach(this::finish);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitDurable(Written written) {
    long start = System.nanoTime();
    try {
      for (Commit commit : written.commits()) {
        commit.awaitDurable();
      }
      metrics.flushed(Duration.ofNanos(System.nanoTime() - start));
    } catch (StoreException e) {
      LOG.warn("{} requests may not be durable: {}", written.requests().size(), e.getMessage());
      written.requests().forEach(write -> write.unconfirmed(e.getMessage()));
    } catch (RuntimeException | Error e) { // must not end the thread: senders would wait forever
      LOG.error("{} requests may not be durable", written.requests().size(), e);
      written.requests().forEach(write -> write.unconfirmed(Failures.INTERNAL));
    }
  }

  private void finish(PendingWrite write) {
    try {
      write.writerDone(finisher);
    } catch (RuntimeException | Error e) { // the other requests still need their answers
      LOG.error("a request was not answered", e);
    }
  }

  /** Answers the requests it has, then ends. */
  @Override
  public void close() {
    queue.add(END);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // committed requests are answered all the same
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
