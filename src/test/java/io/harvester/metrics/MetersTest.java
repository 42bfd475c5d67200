// SPDX-License-Identifier: Apache-2.0
package io.harvester.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The names, types and help texts that {@code /metrics} exposes. */
class MetersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry);

  private void exposes(String... lines) {
    assertEquals(List.of(lines), registry.scrape().lines().toList());
  }

  @Test
  void a_counter_ends_in_total() {
    AtomicLong dropped = new AtomicLong(3);
    meters.counter("harvester.chunks.dropped", "Chunks dropped", dropped, AtomicLong::get);
    exposes(
        "# HELP harvester_chunks_dropped_total Chunks dropped",
        "# TYPE harvester_chunks_dropped_total counter",
        "harvester_chunks_dropped_total 3.0");
  }

  @Test
  void a_gauge_keeps_its_unit() {
    meters.gauge("harvester.cache.bytes", "Memory of the cache", () -> 28);
    exposes(
        "# HELP harvester_cache_bytes Memory of the cache",
        "# TYPE harvester_cache_bytes gauge",
        "harvester_cache_bytes 28.0");
  }

  @Test
  void a_constant_is_an_info_metric() {
    meters.info("harvester.build.info", "Version of the aggregator", "version", "0.1.0");
    exposes(
        "# HELP harvester_build_info Version of the aggregator",
        "# TYPE harvester_build_info gauge",
        "harvester_build_info{version=\"0.1.0\"} 1");
  }
}
