// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long samples are kept. A zero duration means forever.
 *
 * @param standard applies where there is no rule
 * @param byNode rules by node name; they replace the standard
 * @param byMetric rules by metric name; if the node has a rule too, the shorter one applies
 */
public record Retention(
    Duration standard, Map<String, Duration> byNode, Map<String, Duration> byMetric) {

  /** A retention without rules. */
  public static Retention of(Duration standard) {
    return new Retention(standard, Map.of(), Map.of());
  }

  /** How long samples of that node and metric are kept. */
  public Duration of(String node, String metric) {
    Duration ofNode = byNode.get(node);
    Duration ofMetric = byMetric.get(metric);
    if (ofNode != null && ofMetric != null) {
      return shorter(ofNode, ofMetric);
    }
    return ofNode != null ? ofNode : ofMetric != null ? ofMetric : standard;
  }

  /** The age up to which samples of every node and metric are kept. */
  public Duration shortest() {
    return all().reduce(Duration.ZERO, Retention::shorter);
  }

  /** The age beyond which no sample is kept, whatever its node and metric. */
  public Duration longest() {
    return all().anyMatch(Duration::isZero)
        ? Duration.ZERO
        : all().max(Duration::compareTo).orElseThrow();
  }

  /** The shorter of two retentions. */
  public static Duration shorter(Duration a, Duration b) {
    if (a.isZero() || b.isZero()) {
      return a.isZero() ? b : a;
    }
    return a.compareTo(b) < 0 ? a : b;
  }

  private Stream<Duration> all() {
    return Stream.concat(
        Stream.of(standard), Stream.concat(byNode.values().stream(), byMetric.values().stream()));
  }
}
