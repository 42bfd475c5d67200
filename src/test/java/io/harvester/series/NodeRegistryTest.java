// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node exists once as long as it is in use, and not a moment longer than memory allows. */
class NodeRegistryTest {
  private static final int MILLION = 1_000_000;

  private final SeriesCache cache = new SeriesCache(100_000);
  private final NodeRegistry nodes = cache.nodes();

  @Test
  void a_node_exists_once() {
    Node a = nodes.node("a", 7);
    assertSame(a, nodes.node("a", 7));
    Node remade = nodes.node("a", 8);
    assertNotSame(a, remade);
    Node ofAnotherDatabase = nodes.node("b", 7);
    assertNotSame(a, ofAnotherDatabase);
    assertSame(ofAnotherDatabase, nodes.node("b", 7));
  }

  @Test
  void a_million_node_labels_do_not_fill_memory() throws Exception {
    long most = 0;
    for (int i = 0; i < MILLION; i++) {
      add(i);
      most = Math.max(most, cache.current().nodeBytes());
    }
    long limit = 100_000L * 16;
    assertTrue(most <= limit + 1000, most + " bytes of nodes in the table");
    assertTrue(cache.current().nodeCount() < limit / 300);
    Eventually.until("the others are garbage", () -> live() < limit / 300);
  }

  @Test
  void a_node_that_returns_starts_without_memory_and_is_a_node_like_any_other() throws Exception {
    SeriesTable before = cache.current();
    add(0);
    Node known = nodes.node("node-0", 0);
    known.takeOver(before, 5000);
    int identity = System.identityHashCode(known);
    known = null;
    before = null;
    cache.tick(); // from now on it is older than all others
    for (int i = 1; i < 100_000; i++) {
      add(i);
    }
    assertEquals(SeriesTable.ABSENT, SeriesTableTest.lookUp(cache.current(), hash(0), 0));
    Eventually.until("it is gone", () -> System.identityHashCode(afterGc(0)) != identity);
    int slot = add(0);
    Node returned = cache.current().node(slot);
    assertSame(returned, nodes.node("node-0", 0));
    assertFalse(returned.remembersIn(cache.current()));
    returned.takeOver(cache.current(), 7000);
    assertTrue(returned.remembersIn(cache.current()));
  }

  @Test
  void a_node_of_a_request_in_flight_exists_once_however_many_others_come() {
    Resolution inFlight = new Resolution();
    inFlight.start(cache.current(), 1);
    inFlight.found(0, add(0));
    Node node = inFlight.nodes().get(0);
    node.takeOver(cache.current(), 5000);
    for (int i = 1; i < 100_000; i++) {
      add(i);
    }
    System.gc();
    int slot = add(0);
    assertSame(node, cache.current().node(slot));
    assertTrue(node.remembersIn(inFlight.table()));
    assertFalse(node.remembersIn(cache.current()));
  }

  @Test
  void a_sender_of_very_many_nodes_takes_no_room_from_nodes_that_are_in_the_table() {
    List<Integer> fleet = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      fleet.add(i);
      add(i);
    }
    for (int i = 1000; i < 100_000; i++) {
      add(i);
      if (i % 1000 == 0) {
        fleet.forEach(this::add); // they send as before
        cache.tick();
      }
    }
    for (int i : fleet) {
      assertTrue(
          SeriesTableTest.lookUp(cache.current(), hash(i), i) != SeriesTable.ABSENT, "node " + i);
    }
  }

  private Node afterGc(int i) {
    System.gc();
    return nodes.node("node-" + i, i);
  }

  private long live() {
    System.gc();
    return nodes.size();
  }

  /** One series of its own for each node, as a lookup or as a registration. */
  private int add(int i) {
    SeriesTable table = cache.current();
    int slot = SeriesTableTest.lookUp(table, hash(i), i);
    return slot != SeriesTable.ABSENT
        ? slot
        : table.add(hash(i), i, i + 1, nodes.node("node-" + i, i));
  }

  private static long hash(int i) {
    return (i + 1) * 0x9E3779B97F4A7C15L;
  }
}
