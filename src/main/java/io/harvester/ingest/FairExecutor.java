package io.harvester.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that work for senders in turns. */
final class FairExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(FairExecutor.class);

  private final FairQueue<Runnable> queue = new FairQueue<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Starts that many threads, named by this and a number. */
  FairExecutor(String name, int size) {
    for (int i = 0; i < size; i++) {
      Thread thread = new Thread(this::work, name + i);
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Has a task done when it is the sender's turn.
   *
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  void execute(String sender, Runnable task) {
    if (!queue.put(sender, task)) {
      throw new RejectedExecutionException("shut down");
    }
  }

  private void work() {
    try {
      for (Runnable task = queue.take(); task != null; task = queue.take()) {
        try {
          task.run();
        } catch (RuntimeException | Error e) { // the thread must live on for the others
          LOG.error("a task failed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more tasks; finishes what is queued. */
  void shutdown() {
    queue.close();
  }

  /** Waits for the threads to end; false if they did not in time. */
  boolean awaitTermination(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    boolean ended = true;
    for (Thread thread : threads) {
      thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      ended &= !thread.isAlive();
    }
    return ended;
  }

  /** Stops at once. */
  void shutdownNow() {
    queue.close();
    threads.forEach(Thread::interrupt);
  }
}
