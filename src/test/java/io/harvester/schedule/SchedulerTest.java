// SPDX-License-Identifier: Apache-2.0
package io.harvester.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.harvester.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SchedulerTest {
  private static final Duration SOON = Duration.ofMillis(5);
  private static final Duration NEVER = Duration.ofDays(1);

  private final Scheduler scheduler = new Scheduler();
  private final AtomicInteger runs = new AtomicInteger();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Scheduler.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void close() {
    scheduler.close();
    logger.detachAppender(log);
  }

  @Test
  void a_task_that_throws_runs_again_and_a_failure_that_lasts_is_logged_once() throws Exception {
    scheduler.every(
        "check",
        SOON,
        () -> {
          if (runs.incrementAndGet() < 10) {
            throw new IOException("no answer");
          }
        });
    Eventually.until("it succeeds", () -> logged().contains("check succeeds again"));
    assertEquals(List.of("check failed: no answer", "check succeeds again"), logged());
  }

  @Test
  void an_error_does_not_end_a_task() throws Exception {
    scheduler.every(
        "check",
        SOON,
        () -> {
          runs.incrementAndGet();
          throw new StackOverflowError();
        });
    Eventually.until("it runs again", () -> runs.get() > 3);
  }

  @Test
  void tasks_of_one_name_share_a_thread_and_others_do_not_wait_for_it() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch release = new CountDownLatch(1);
    scheduler.every("slow", Duration.ZERO, NEVER, release::await);
    scheduler.every("slow", SOON, runs::incrementAndGet);
    scheduler.after("fast", Duration.ZERO, () -> threads.add(Thread.currentThread().getName()));
    Eventually.until("another thread is free", () -> threads.contains("fast"));
    assertEquals(0, runs.get());
    release.countDown();
    Eventually.until("the next task of the name runs", () -> runs.get() > 0);
  }

  @Test
  void a_job_runs_soon_on_request_and_requests_share_a_run() throws Exception {
    Scheduler.Job job = scheduler.every("job", Duration.ZERO, NEVER, runs::incrementAndGet);
    Eventually.until("the first run", () -> runs.get() == 1);
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      job.runSoon(Duration.ofMillis(300));
    }
    Eventually.until("the second run", () -> runs.get() == 2);
    assertTrue(System.nanoTime() - start >= Duration.ofMillis(200).toNanos(), "it pauses first");
  }

  @Test
  void close_interrupts_what_runs_and_waits_for_it_without_a_word() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch running = new CountDownLatch(1);
    scheduler.every(
        "long",
        Duration.ZERO,
        NEVER,
        () -> {
          running.countDown();
          try {
            Thread.sleep(60_000);
          } finally {
            ended.set(true);
          }
        });
    Eventually.until("it runs", () -> running.getCount() == 0);
    scheduler.close();
    assertTrue(ended.get());
    assertEquals(List.of(), logged());
  }

  @Test
  void close_lets_a_task_complete_that_must() throws Exception {
    AtomicBoolean completed = new AtomicBoolean();
    CountDownLatch running = new CountDownLatch(1);
    scheduler.everyToCompletion(
        "records",
        SOON,
        () -> {
          running.countDown();
          Thread.sleep(300);
          completed.set(true);
        });
    Eventually.until("it runs", () -> running.getCount() == 0);
    scheduler.close();
    assertTrue(completed.get());
  }

  @Test
  void the_last_success_is_that_of_the_task_that_is_behind() throws Exception {
    double start = System.currentTimeMillis() / 1000.0;
    scheduler.every("upkeep", SOON, runs::incrementAndGet);
    scheduler.every(
        "upkeep",
        SOON,
        () -> {
          throw new IOException("no answer");
        });
    scheduler.every("check", SOON, runs::incrementAndGet);
    assertEquals(Set.of("upkeep", "check"), scheduler.repeatedNames());
    Eventually.until("check succeeds", () -> scheduler.lastSuccess("check") > start + 0.2);
    assertTrue(scheduler.lastSuccess("upkeep") < start + 0.2);
  }

  @Test
  void nothing_starts_after_close() throws Exception {
    Scheduler.Job job = scheduler.every("job", NEVER, runs::incrementAndGet);
    scheduler.after("later", Duration.ofMillis(20), runs::incrementAndGet);
    scheduler.close();
    job.runSoon(Duration.ZERO);
    scheduler.after("job", Duration.ZERO, runs::incrementAndGet);
    scheduler.every("another", Duration.ZERO, SOON, runs::incrementAndGet);
    Thread.sleep(100);
    assertEquals(0, runs.get());
    assertFalse(Thread.getAllStackTraces().keySet().stream().anyMatch(SchedulerTest::isLeft));
  }

  private static boolean isLeft(Thread thread) {
    return Set.of("job", "later", "another").contains(thread.getName());
  }

  private List<String> logged() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
