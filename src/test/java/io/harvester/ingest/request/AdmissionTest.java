// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Places and memory for requests in flight. */
class AdmissionTest {
  private final Admission admission = new Admission(2, 100);

  @Test
  void there_are_as_many_places_as_set() {
    Admission.Ticket first = admission.enter();
    assertNotNull(admission.enter());
    assertNull(admission.enter());
    first.close();
    assertNotNull(admission.enter());
    assertEquals(2, admission.requests());
  }

  @Test
  void memory_is_reserved_up_to_the_limit_and_given_back() {
    Admission.Ticket first = admission.enter();
    Admission.Ticket second = admission.enter();
    assertTrue(first.reserve(60));
    assertTrue(second.reserve(40));
    assertFalse(second.reserve(1));
    assertEquals(100, admission.bytes());
    first.close();
    assertEquals(40, admission.bytes());
    assertTrue(second.reserve(60));
    second.close();
    assertEquals(0, admission.bytes());
  }

  @Test
  void a_lone_request_gets_what_it_needs() {
    Admission.Ticket lone = admission.enter();
    assertTrue(lone.reserve(90));
    assertTrue(lone.reserve(1000));
    Admission.Ticket other = admission.enter();
    assertFalse(other.reserve(1));
    lone.close();
    assertTrue(other.reserve(1));
  }

  @Test
  void a_place_is_given_back_once() {
    Admission.Ticket ticket = admission.enter();
    ticket.reserve(10);
    ticket.close();
    ticket.close();
    assertEquals(0, admission.requests());
    assertEquals(0, admission.bytes());
  }
}
