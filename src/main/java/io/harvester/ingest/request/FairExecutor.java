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
 * Threads that work for senders in turns. One sender keeps only so many of them busy: whoever comes
 * next finds a thread, and a core, that is not his.
 */
public final class FairExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(FairExecutor.class);

  private final FairQueue<Task> queue = new FairQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final int perSender;

  /** Of each sender that has any tasks here: how many it has in the queue or running. */
  private final Map<String, Integer> admitted = new HashMap<>();

  /** What senders have handed over beyond that. */
  private final Map<String, Queue<Task>> waiting = new HashMap<>();

  private boolean shutdown;

  private record Task(String sender, Runnable work) {}

  /** Starts that many threads, named by this and a number; one sender gets at most so many. */
  public FairExecutor(String name, int size, int perSender) {
    this.perSender = perSender;
    for (int i = 0; i < size; i++) {
      Thread thread = new Thread(this::work, name + i);
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Has a task done when it is the sender's turn.
   *
   * @param sender whose turn; empty: many that cannot be told apart, and have no limit together
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
    } catch (RuntimeException | Error e) { // the thread must live on for the others
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

  /** The queue stays open for those who wait for a place in it. */
  private void closeIfDone() {
    if (shutdown && waiting.isEmpty()) {
      queue.close();
    }
  }

  /** Takes no more tasks; finishes those it has. */
  public synchronized void shutdown() {
    shutdown = true;
    closeIfDone();
  }

  /** Waits for the threads to end; false if they did not in time. */
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
