// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import io.harvester.config.HostPort;
import io.harvester.config.Settings;
import io.harvester.http.HttpApi;
import io.harvester.http.server.HttpServerVerticle;
import io.harvester.http.server.TlsException;
import io.harvester.http.server.TlsReloader;
import io.harvester.metrics.Meters;
import io.harvester.schedule.Scheduler;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The HTTP servers of the service, with TLS if a certificate is configured. */
final class Listeners {
  private static final int MAX_EVENT_LOOPS = 4;

  private final Vertx vertx;
  private final Scheduler scheduler;
  private final List<String> deployed = new ArrayList<>();

  Listeners(Vertx vertx, Scheduler scheduler) {
    this.vertx = vertx;
    this.scheduler = scheduler;
  }

  /**
   * Listens for senders, and for operators if they have a separate address.
   *
   * @throws StartException if an address is in use or a certificate is invalid, with the setting
   */
  void open(Settings settings, HttpApi api, Meters meters) throws StartException {
    AtomicInteger open = new AtomicInteger();
    Optional<TlsReloader> tls = tls(settings, meters);
    deploy(
        "HARVESTER_LISTEN",
        settings.listen(),
        () -> HttpServerVerticle.forSenders(settings, tls, open, api));
    if (settings.security().management().isPresent()) {
      HostPort address = settings.security().management().get();
      deploy(
          "HARVESTER_MANAGEMENT_LISTEN",
          address,
          () -> HttpServerVerticle.forOperators(address, settings, tls, open, api));
    }
    meters.gauge("harvester.http.connections", "Open client connections", open::get);
  }

  private Optional<TlsReloader> tls(Settings settings, Meters meters) throws StartException {
    Optional<Settings.TlsFiles> files = settings.security().tls();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    try {
      TlsReloader tls = new TlsReloader(vertx, files.get());
      tls.start(scheduler);
      meters.gauge(
          "harvester.tls.certificate.expiry.timestamp.seconds",
          "Expiry of the TLS certificate in use, in seconds since the epoch",
          tls::expires);
      return Optional.of(tls);
    } catch (TlsException e) {
      throw new StartException("TLS: " + e.getMessage());
    }
  }

  private void deploy(String setting, HostPort address, Supplier<HttpServerVerticle> listener)
      throws StartException {
    int instances = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
    try {
      deployed.add(
          vertx.deployVerticle(listener, new DeploymentOptions().setInstances(instances)).await());
    } catch (Exception e) { // await throws the cause, even a checked one: BindException
      throw new StartException(
          "cannot listen on " + address + " (" + setting + "): " + e.getMessage());
    }
  }

  /** Stops accepting requests, and waits for those in progress. */
  void close() {
    for (String listener : deployed) {
      vertx.undeploy(listener).await();
    }
  }
}
