// SPDX-License-Identifier: Apache-2.0
package io.harvester.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Duration of HTTP requests by route and status, from the first header byte to the response. */
public final class HttpMetrics {
  /** Stands for a status if the client closed the connection before the response. */
  public static final int GONE = 499;

  private static final String DURATION = "harvester.http.request.duration";

  private final MeterRegistry registry;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();

  /** Registers into this registry. */
  public HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Records one request.
   *
   * @param route route pattern, never the raw path (unbounded cardinality); null if none matched
   * @param status status of the response, or {@link #GONE}
   */
  public void answered(String route, int status, long nanos) {
    String path = route == null ? "other" : route;
    timers
        .computeIfAbsent(path + ' ' + status, key -> timer(path, status))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(String path, int status) {
    return Timer.builder(DURATION)
        .description("Duration of HTTP requests, from the first header byte to the response")
        .tag("route", path)
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(Buckets.SECONDS)
        .register(registry);
  }
}
