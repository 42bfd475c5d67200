package io.harvester.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
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
