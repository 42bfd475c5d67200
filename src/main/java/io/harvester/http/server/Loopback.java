// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.server;

import io.harvester.config.Settings;
import io.harvester.http.HttpApi;
import io.harvester.http.Readiness;
import io.harvester.ingest.request.Admission;
import io.harvester.metrics.HttpMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * A second listener, on a free port of the loopback interface: the routes of senders, in front of
 * another backend, with metrics and admission of its own.
 */
public final class Loopback implements AutoCloseable {
  private static final int MAX_REQUESTS = 1000;
  private static final long MAX_BYTES = 1L << 28;

  private final Vertx vertx;
  private final HttpServerVerticle listener;
  private final String deployed;

  private Loopback(Vertx vertx, HttpServerVerticle listener) {
    this.vertx = vertx;
    this.listener = listener;
    this.deployed = vertx.deployVerticle(listener, new DeploymentOptions()).await();
  }

  /** Listens with these settings, but without TLS. Blocks, so not for an event loop. */
  public static Loopback open(Vertx vertx, Settings settings, Readiness readiness) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpApi api =
        new HttpApi(
            vertx,
            settings,
            readiness,
            new Admission(MAX_REQUESTS, MAX_BYTES),
            registry,
            new HttpMetrics(registry),
            List.of());
    return new Loopback(vertx, HttpServerVerticle.onLoopback(settings, api));
  }

  /** The port on which it listens. */
  public int port() {
    return listener.port();
  }

  @Override
  public void close() {
    vertx.undeploy(deployed).await();
  }
}
