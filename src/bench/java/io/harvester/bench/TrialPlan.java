package io.harvester.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * In which order requests go out: mostly as time passes, shuffled within a scrape of the fleet,
 * some much later, and some again although they are on their way or were acknowledged.
 */
final class TrialPlan {
  /** Only requests whose number this divides are ever sent again after an acknowledgement. */
  static final int REPEATABLE = 4;

  private static final int LATE_ROUNDS = 30;
  private static final double LATE = 0.05;
  private static final double TWICE = 0.05;
  private static final double AGAIN = 0.2;

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
   * A plan over {@code nodes} requests a scrape that ends by itself after {@code limit} requests.
   */
  TrialPlan(int nodes, int limit, long seed) {
    this.nodes = nodes;
    this.limit = limit;
    this.random = new Random(seed);
  }

  /** The next request to send; -1 when the plan has ended and everything in it was given out. */
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
    if (repeatable(number) && random.nextDouble() < TWICE) {
      // The next free connection sends it as well, at the same time.
      repeats.add(number);
    }
    return number;
  }

  /** Tells of an acknowledgement; now and then the request is then sent once more. */
  synchronized void acknowledged(int number) {
    if (!ended && repeatable(number) && random.nextDouble() < AGAIN) {
      repeats.add(number);
    }
  }

  /** No new requests from now on. */
  synchronized void end() {
    ended = true;
  }

  synchronized boolean ended() {
    return ended;
  }

  /** Requests made so far: their numbers are all below this. */
  synchronized int generated() {
    return generated;
  }

  private static boolean repeatable(int number) {
    return number % REPEATABLE == 0;
  }
}
