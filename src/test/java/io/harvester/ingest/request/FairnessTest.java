// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FairnessTest {
  @Test
  void senders_take_turns_and_each_keeps_its_order() {
    FairQueue<String> queue = new FairQueue<>();
    for (String item : List.of("a1", "a2", "a3", "b1", "c1", "b2")) {
      queue.put(item.substring(0, 1), item);
    }
    List<String> taken = new ArrayList<>();
    for (String item = queue.poll(); item != null; item = queue.poll()) {
      taken.add(item);
    }
    assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "a3"), taken);
    assertEquals(0, queue.size());
  }

  @Test
  void a_closed_queue_gives_what_it_has_and_then_nothing() throws Exception {
    FairQueue<String> queue = new FairQueue<>();
    queue.put("a", "a1");
    queue.close();
    assertFalse(queue.put("a", "a2"));
    assertEquals("a1", queue.take());
    assertNull(queue.take());
  }

  @Test
  void what_is_put_back_comes_before_what_its_sender_put_in_since() {
    FairQueue<String> queue = new FairQueue<>();
    queue.put("a", "a2");
    queue.put("b", "b1");
    queue.putFirst("a", "a1");
    assertEquals(List.of("a1", "b1", "a2"), List.of(queue.poll(), queue.poll(), queue.poll()));
  }

  @Test
  void a_sender_keeps_only_its_share_of_the_threads_busy() throws Exception {
    FairExecutor executor = new FairExecutor("fair-", 3, 2);
    CountDownLatch others = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger busy = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Runnable task =
        () -> {
          busy.incrementAndGet();
          await(end);
          done.incrementAndGet();
        };
    for (int i = 0; i < 10; i++) {
      executor.execute("flood", task);
    }
    executor.execute("a", others::countDown);
    executor.execute("b", others::countDown);
    assertTrue(await(others), "the third thread is free for others");
    assertTrue(busy.get() <= 2, busy.get() + " threads for one sender");

    end.countDown();
    executor.shutdown();
    assertThrows(RejectedExecutionException.class, () -> executor.execute("a", task));
    assertTrue(executor.awaitTermination(Duration.ofSeconds(10)));
    assertEquals(10, done.get(), "what was accepted is done");
  }

  @Test
  void senders_that_cannot_be_told_apart_have_all_threads() throws Exception {
    FairExecutor executor = new FairExecutor("fair-", 3, 1);
    CountDownLatch all = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      executor.execute(
          "",
          () -> {
            all.countDown();
            await(all);
          });
    }
    assertTrue(await(all));
    executor.shutdown();
    assertTrue(executor.awaitTermination(Duration.ofSeconds(10)));
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_flooding_sender_gets_half_and_the_next_one_finds_room() {
    Admission admission = new Admission(100, 1000);
    assertEquals(50, entered(admission, "flood"));
    assertEquals(25, entered(admission, "second"));
    assertNotNull(admission.enter("ordinary"));
  }

  @Test
  void whom_nobody_knows_is_bound_by_the_whole_only() {
    assertEquals(100, entered(new Admission(100, 1000), null));
  }

  @Test
  void memory_is_shared_likewise_but_a_lone_request_gets_what_it_needs() {
    Admission admission = new Admission(100, 1000);
    Admission.Ticket first = admission.enter("a");
    assertTrue(first.reserve(5000));
    first.close();
    assertEquals(0, admission.bytes());
    assertTrue(admission.enter("a").reserve(400));
    assertFalse(admission.enter("a").reserve(400));
    assertTrue(admission.enter("b").reserve(400));
  }

  @Test
  void what_is_given_back_can_be_had_again() {
    Admission admission = new Admission(2, 1000);
    for (int i = 0; i < 10; i++) {
      Admission.Ticket ticket = admission.enter("a");
      assertTrue(ticket.reserve(900));
      ticket.close();
      ticket.close();
    }
    assertEquals(0, admission.requests());
    assertEquals(0, admission.bytes());
  }

  private static int entered(Admission admission, String sender) {
    int count = 0;
    while (admission.enter(sender) != null) {
      count++;
    }
    return count;
  }
}
