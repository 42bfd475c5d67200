package io.harvester;

import io.harvester.config.HostPort;
import io.harvester.config.Settings;
import io.harvester.http.HttpApi;
import io.harvester.http.server.HttpServerVerticle;
import io.harvester.http.server.Tls;
import io.harvester.metrics.Meters;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The addresses that are listened on, over TLS where there is a certificate. */
final class Listeners {
  private static final int MAX_EVENT_LOOPS = 4;

  private final Vertx vertx;
  private final List<String> deployed = new ArrayList<>();

  Listeners(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Listens for senders, and for operators if they have an address of their own.
   *
   * @throws StartException naming the setting: a port in use, a certificate that is none
   */
  void open(Settings settings, HttpApi api, Meters meters) throws StartException {
    AtomicInteger open = new AtomicInteger();
    Optional<Tls> tls = tls(settings, meters);
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

  private Optional<Tls> tls(Settings settings, Meters meters) throws StartException {
    Optional<Settings.TlsFiles> files = settings.security().tls();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    try {
      Tls tls = new Tls(vertx, files.get());
      meters.gauge(
          "harvester.tls.certificate.expiry.timestamp.seconds",
          "Expiry of the TLS certificate in use, in seconds since the epoch",
          tls::expires);
      return Optional.of(tls);
    } catch (Tls.TlsException e) {
      throw new StartException("TLS: " + e.getMessage());
    }
  }

  private void deploy(String setting, HostPort address, Supplier<HttpServerVerticle> listener)
      throws StartException {
    int instances = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
    try {
      deployed.add(
          vertx.deployVerticle(listener, new DeploymentOptions().setInstances(instances)).await());
    } catch (Exception e) { // await throws what happened, checked or not: a BindException
      throw new StartException(
          "cannot listen on " + address + " (" + setting + "): " + e.getMessage());
    }
  }

  /** Takes no more requests; those that are being answered get their time. */
  void close() {
    for (String listener : deployed) {
      vertx.undeploy(listener).await();
    }
  }
}
