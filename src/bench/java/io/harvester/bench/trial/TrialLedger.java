// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;

/** Records the responses of the aggregators, above all which requests are acknowledged. */
final class TrialLedger {
  private final BitSet acknowledged = new BitSet();
  private final SortedMap<String, Long> responses = new TreeMap<>();
  private final SortedMap<String, Long> violations = new TreeMap<>();
  private long repeats;

  /** Records a 204. */
  synchronized void acknowledge(int number) {
    repeats += acknowledged.get(number) ? 1 : 0;
    acknowledged.set(number);
    count("204");
  }

  /** Records a response, or the lack of one. */
  synchronized void count(String response) {
    responses.merge(response, 1L, Long::sum);
  }

  /** Records a response that a correct aggregator never gives. */
  synchronized void violation(String what) {
    violations.merge(what, 1L, Long::sum);
  }

  synchronized BitSet acknowledged() {
    return (BitSet) acknowledged.clone();
  }

  synchronized int acknowledgedCount() {
    return acknowledged.cardinality();
  }

  synchronized SortedMap<String, Long> responses() {
    return new TreeMap<>(responses);
  }

  synchronized SortedMap<String, Long> violations() {
    return new TreeMap<>(violations);
  }

  /** Number of acknowledgements of requests that were acknowledged before. */
  synchronized long repeats() {
    return repeats;
  }
}
