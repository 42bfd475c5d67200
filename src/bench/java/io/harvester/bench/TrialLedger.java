package io.harvester.bench;

import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the aggregators answered: above all, which requests they acknowledged. */
final class TrialLedger {
  private final BitSet acknowledged = new BitSet();
  private final SortedMap<String, Long> answers = new TreeMap<>();
  private final SortedMap<String, Long> violations = new TreeMap<>();
  private long repeats;

  /** Notes a 204; returns whether it is the first for this request. */
  synchronized boolean acknowledge(int number) {
    boolean first = !acknowledged.get(number);
    acknowledged.set(number);
    repeats += first ? 0 : 1;
    count("204");
    return first;
  }

  /** Notes an answer that asks for a retry, or a broken connection. */
  synchronized void count(String answer) {
    answers.merge(answer, 1L, Long::sum);
  }

  /** Notes an answer that a correct aggregator never gives. */
  synchronized void violation(String what) {
    violations.merge(what, 1L, Long::sum);
  }

  synchronized BitSet acknowledged() {
    return (BitSet) acknowledged.clone();
  }

  synchronized int acknowledgedCount() {
    return acknowledged.cardinality();
  }

  synchronized SortedMap<String, Long> answers() {
    return new TreeMap<>(answers);
  }

  synchronized SortedMap<String, Long> violations() {
    return new TreeMap<>(violations);
  }

  /** Acknowledgements of requests that had been acknowledged before. */
  synchronized long repeats() {
    return repeats;
  }
}
