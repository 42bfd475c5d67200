// SPDX-License-Identifier: Apache-2.0
package io.harvester.schedule;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks periodically, or once after a delay. Each name is one thread: tasks of one name run
 * one after the other, tasks of different names do not wait for each other.
 *
 * <p>A task that throws is logged and runs again. While the scheduler closes it logs nothing: a
 * task that a stop cuts off has not failed.
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** A failure that lasts is logged again after this time. */
  private static final Duration LOG_AGAIN = Duration.ofMinutes(10);

  private final Map<String, Worker> workers = new HashMap<>();
  private final List<Job> repeated = new ArrayList<>();
  private volatile boolean closing;

  /** What is run. The message of its exception is logged, so it says what failed and why. */
  @FunctionalInterface
  public interface Task {
    void run() throws Exception;
  }

  /**
   * A thread.
   *
   * @param interruptible whether {@link #close} interrupts the task that it runs
   */
  private record Worker(ScheduledThreadPoolExecutor executor, boolean interruptible) {}

  /** Runs a task every {@code interval}, counted from the end of a run to the next start. */
  public Job every(String name, Duration interval, Task task) {
    return every(name, interval, interval, task);
  }

  /** Runs a task after {@code delay}, and then every {@code interval}. */
  public Job every(String name, Duration delay, Duration interval, Task task) {
    return repeat(new Job(name, task, worker(name, true)), delay, interval);
  }

  /**
   * Runs a task every {@code interval}. {@link #close} waits for a run of it and does not interrupt
   * it: the task writes what would otherwise be lost.
   */
  public Job everyToCompletion(String name, Duration interval, Task task) {
    return repeat(new Job(name, task, worker(name, false)), interval, interval);
  }

  /** Runs a task once, after {@code delay}. */
  public void after(String name, Duration delay, Task task) {
    schedule(new Job(name, task, worker(name, true)), delay.toNanos());
  }

  /** The names of all tasks that run periodically. */
  public synchronized Set<String> repeatedNames() {
    return repeated.stream().map(job -> job.name).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * When the periodic tasks of a name succeeded last, in seconds since 1970: that of several which
   * is behind the others. A task counts as succeeded when it is scheduled.
   */
  public synchronized double lastSuccess(String name) {
    return repeated.stream()
            .filter(job -> job.name.equals(name))
            .mapToLong(job -> job.succeededAt)
            .min()
            .orElse(0)
        / 1000.0;
  }

  private synchronized Worker worker(String name, boolean interruptible) {
    return workers.computeIfAbsent(name, thread -> new Worker(executor(thread), interruptible));
  }

  private static ScheduledThreadPoolExecutor executor(String thread) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            run -> {
              Thread one = new Thread(run, thread);
              one.setDaemon(true);
              return one;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a job throws nothing
  private synchronized Job repeat(Job job, Duration delay, Duration interval) {
    if (!closing) {
      repeated.add(job);
      job.worker.executor.scheduleWithFixedDelay(
          job::run, delay.toNanos(), interval.toNanos(), NANOSECONDS);
    }
    return job;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a job throws nothing
  private synchronized void schedule(Job job, long delayNanos) {
    if (!closing) {
      job.worker.executor.schedule(job::run, delayNanos, NANOSECONDS);
    }
  }

  /** Starts no task any more, interrupts those that run, and waits up to five seconds for them. */
  @Override
  public void close() {
    List<Worker> all;
    synchronized (this) {
      closing = true;
      all = new ArrayList<>(workers.values());
    }
    for (Worker worker : all) {
      if (worker.interruptible) {
        worker.executor.shutdownNow();
      } else {
        worker.executor.shutdown();
      }
    }
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    try {
      for (Worker worker : all) {
        if (!worker.executor.awaitTermination(deadline - System.nanoTime(), NANOSECONDS)) {
          worker.executor.shutdownNow();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A scheduled task. */
  public final class Job {
    private final String name;
    private final Task task;
    private final Worker worker;
    private boolean requested;
    private long endedAt = Long.MIN_VALUE; // of the last run; MIN_VALUE: there was none
    private volatile long succeededAt = System.currentTimeMillis();
    private String failure; // of the last run; null: it succeeded
    private long loggedAt;

    private Job(String name, Task task, Worker worker) {
      this.name = name;
      this.task = task;
      this.worker = worker;
    }

    /**
     * Runs the task once more, but not before {@code pause} has passed since its last run. Requests
     * that arrive before that run starts share it.
     */
    public synchronized void runSoon(Duration pause) {
      if (!requested) {
        requested = true;
        long wait = endedAt == Long.MIN_VALUE ? 0 : endedAt + pause.toNanos() - System.nanoTime();
        schedule(this, Math.max(0, wait));
      }
    }

    private void run() {
      synchronized (this) {
        requested = false;
      }
      try {
        task.run();
        succeeded();
      } catch (Exception | Error e) { // or it would never run again
        failed(e);
      }
      synchronized (this) {
        endedAt = System.nanoTime();
      }
    }

    private void succeeded() {
      succeededAt = System.currentTimeMillis();
      if (failure != null) {
        LOG.info("{} succeeds again", name);
      }
      failure = null;
    }

    private void failed(Throwable e) {
      String message = String.valueOf(e.getMessage());
      long now = System.nanoTime();
      if (closing || (message.equals(failure) && now - loggedAt < LOG_AGAIN.toNanos())) {
        return;
      }
      failure = message;
      loggedAt = now;
      if (e instanceof RuntimeException || e instanceof Error) {
        LOG.error("{} failed", name, e);
      } else {
        LOG.warn("{} failed: {}", name, message);
      }
    }
  }
}
