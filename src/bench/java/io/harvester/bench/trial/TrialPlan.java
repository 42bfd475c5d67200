// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * The order in which requests are sent: mostly in order of time, shuffled within a scrape of the
 * fleet; some are late, and some are repeated although they are in flight or acknowledged.
 */
final class TrialPlan {
  /** Only requests whose number is a multiple of this are repeated. */
  static final int REPEATABLE = 4;

  private static final int LATE_ROUNDS = 30;
  private static final double LATE = 0.05;
  private static final double REPEAT_IN_FLIGHT = 0.05;
  private static final double REPEAT_ACKNOWLEDGED = 0.2;

  private record Planned(long turn, int number) {}

  private final PriorityQueue<Planned> planned =
      new PriorityQueue<>((a, b) -> Long.compare(a.turn, b.turn));
  private final Deque<Integer> repeats = new ArrayDeque<>();
  private final Random random;
  private final int nodes;
  private final int limit;
  private int generated;
  private boolean ended;

  /**
   * A plan.
   *
   * @param nodes requests of a scrape
   * @param limit number of requests after which the plan ends by itself
   */
  TrialPlan(int nodes, int limit, long seed) {
    this.nodes = nodes;
    this.limit = limit;
    this.random = new Random(seed);
  }

  /** The next request to send; -1 when the plan has ended and all its requests were returned. */
  synchronized int next() {
    if (!repeats.isEmpty()) {
      return repeats.poll();
    }
    while (!ended && (planned.isEmpty() || planned.peek().turn > generated)) {
      int number = generated++;
      int delay = random.nextInt(nodes);
      if (random.nextDouble() < LATE) {
        delay += random.nextInt(LATE_ROUNDS * nodes);
      }
      planned.add(new Planned((long) number + delay, number));
      ended = generated >= limit;
    }
    if (planned.isEmpty()) {
      return -1;
    }
    int number = planned.poll().number;
    if (repeatable(number) && random.nextDouble() < REPEAT_IN_FLIGHT) {
      // The next free connection sends it too, while this one is in flight.
      repeats.add(number);
    }
    return number;
  }

  /** Reports an acknowledgement; some acknowledged requests are repeated. */
  synchronized void acknowledged(int number) {
    if (!ended && repeatable(number) && random.nextDouble() < REPEAT_ACKNOWLEDGED) {
      repeats.add(number);
    }
  }

  /** Generates no more requests; those already planned are still returned. */
  synchronized void end() {
    ended = true;
  }

  synchronized boolean ended() {
    return ended;
  }

  /** Number of requests generated so far; their numbers are below it. */
  synchronized int generated() {
    return generated;
  }

  private static boolean repeatable(int number) {
    return number % REPEATABLE == 0;
  }
}
