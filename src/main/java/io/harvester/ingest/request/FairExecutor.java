// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that serve senders in turns. One sender occupies a bounded number of them, so that others
 * find a free thread.
 */
public final class FairExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(FairExecutor.class);

  private final FairQueue<Task> queue = new FairQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final int perSender;

  /** Number of queued or running tasks of each sender that has any. */
  private final Map<String, Integer> admitted = new HashMap<>();

  /** Tasks of senders beyond that number. */
  private final Map<String, Queue<Task>> waiting = new HashMap<>();

  private boolean shutdown;

  private record Task(String sender, Runnable work) {}

  /**
   * Starts threads.
   *
   * @param name prefix of their names
   * @param perSender number of threads that one sender may occupy
   */
  public FairExecutor(String name, int size, int perSender) {
    this.perSender = perSender;
    for (int i = 0; i < size; i++) {
      Thread thread = new Thread(this::work, name + i);
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Runs a task when it is the sender's turn.
   *
   * @param sender name of the sender; empty: unauthenticated senders, who share a turn without
   *     limit
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public synchronized void execute(String sender, Runnable work) {
    if (shutdown) {
      throw new RejectedExecutionException("shut down");
    }
    Task task = new Task(sender, work);
    if (sender.isEmpty()) {
      queue.put(sender, task);
    } else if (admitted.getOrDefault(sender, 0) < perSender) {
      admitted.merge(sender, 1, Integer::sum);
      queue.put(sender, task);
    } else {
      waiting.computeIfAbsent(sender, name -> new ArrayDeque<>()).add(task);
    }
  }

  private void work() {
    try {
      for (Task task = queue.take(); task != null; task = queue.take()) {
        run(task);
        done(task.sender());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Task task) {
    try {
      task.work().run();
    } catch (RuntimeException | Error e) { // must not end the thread
      LOG.error("a task failed", e);
    }
  }

  private synchronized void done(String sender) {
    Queue<Task> own = waiting.get(sender);
    if (own != null) {
      queue.put(sender, own.remove());
      if (own.isEmpty()) {
        waiting.remove(sender);
      }
    } else {
      admitted.computeIfPresent(sender, (name, count) -> count == 1 ? null : count - 1);
    }
    closeIfDone();
  }

  /** The queue remains open while tasks wait to be queued. */
  private void closeIfDone() {
    if (shutdown && waiting.isEmpty()) {
      queue.close();
    }
  }

  /** Accepts no more tasks; finishes those it has. */
  public synchronized void shutdown() {
    shutdown = true;
    closeIfDone();
  }

  /** Waits for the threads to end; false after the timeout. */
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    boolean ended = true;
    for (Thread thread : threads) {
      thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      ended &= !thread.isAlive();
    }
    return ended;
  }

  /** Stops at once. */
  public void shutdownNow() {
    shutdown();
    queue.close();
    threads.forEach(Thread::interrupt);
  }
}
