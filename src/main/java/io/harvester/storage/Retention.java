package io.harvester.storage;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long samples are kept; zero always means for ever.
 *
 * @param standard where there is no rule
 * @param byNode rules of nodes, by name; they replace the standard
 * @param byMetric rules of metrics, by name; where a node has one, too, the shorter one holds
 */
public record Retention(
    Duration standard, Map<String, Duration> byNode, Map<String, Duration> byMetric) {

  /** The same for everything. */
  public static Retention of(Duration standard) {
    return new Retention(standard, Map.of(), Map.of());
  }

  /** How long samples of a metric of a node are kept. */
  public Duration of(String node, String metric) {
    Duration ofNode = byNode.get(node);
    Duration ofMetric = byMetric.get(metric);
    if (ofNode != null && ofMetric != null) {
      return shorter(ofNode, ofMetric);
    }
    return ofNode != null ? ofNode : ofMetric != null ? ofMetric : standard;
  }

  /** What is no older is kept, whoever it is from. */
  public Duration shortest() {
    return all().reduce(Duration.ZERO, Retention::shorter);
  }

  /** What is older is kept nowhere. */
  public Duration longest() {
    return all().anyMatch(Duration::isZero)
        ? Duration.ZERO
        : all().max(Duration::compareTo).orElseThrow();
  }

  /** Of two retentions the one that ends first. */
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
