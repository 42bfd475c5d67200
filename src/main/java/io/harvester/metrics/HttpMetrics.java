package io.harvester.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Answers by route and status, with their duration from the first byte of the head. */
public final class HttpMetrics {
  /** In place of a status: the client went away before it was answered. */
  public static final int GONE = 499;

  private static final String REQUESTS = "harvester.http.requests";

  private final MeterRegistry registry;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();

  /** Registers into this registry. */
  public HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * One answered request.
   *
   * @param route path of a route of ours, never of the request: those are without number
   */
  public void answered(String route, int status, long nanos) {
    String path = route == null ? "other" : route;
    timers
        .computeIfAbsent(path + ' ' + status, key -> timer(path, status))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(String path, int status) {
    return Timer.builder(REQUESTS)
        .description("Answered HTTP requests")
        .tag("route", path)
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(Buckets.SECONDS)
        .register(registry);
  }
}
