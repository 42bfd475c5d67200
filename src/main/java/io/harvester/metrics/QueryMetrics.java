// SPDX-License-Identifier: Apache-2.0
package io.harvester.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Queries by endpoint and outcome. */
public final class QueryMetrics {
  private final MeterRegistry registry;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();

  /** Registers into this registry. */
  public QueryMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Shows how many queries run and wait. */
  public void observe(IntSupplier running, IntSupplier waiting) {
    gauge("harvester.queries.running", "Queries being evaluated", running);
    gauge("harvester.queries.waiting", "Queries that wait for a thread", waiting);
  }

  private void gauge(String name, String description, IntSupplier value) {
    Gauge.builder(name, value::getAsInt).description(description).register(registry);
  }

  /**
   * Records one query.
   *
   * @param outcome {@code success}, or the type of its error
   * @param nanos from its arrival to the end of its answer
   */
  public void answered(String endpoint, String outcome, long nanos) {
    timers
        .computeIfAbsent(endpoint + ' ' + outcome, key -> timer(endpoint, outcome))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(String endpoint, String outcome) {
    return Timer.builder("harvester.query.duration")
        .description("Duration of queries, from their arrival to the end of their answer")
        .tag("endpoint", endpoint)
        .tag("outcome", outcome)
        .serviceLevelObjectives(Buckets.SECONDS)
        .register(registry);
  }
}
