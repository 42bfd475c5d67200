// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.server;

import io.harvester.config.HostPort;
import io.harvester.config.Settings;
import io.harvester.http.Connections;
import io.harvester.http.HttpApi;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Listens on one address. One instance per event loop is deployed. */
public final class HttpServerVerticle extends VerticleBase {
  /** Longer than most scrape intervals, so that a sender keeps its connection between scrapes. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(150);

  /** Beyond the limit of connections, so that senders cannot keep operators out. */
  private static final int OPERATOR_CONNECTIONS = 100;

  /** As much of a body as Netty reads at once: a smaller limit would split it. */
  private static final int MAX_CHUNK_BYTES = 64 * 1024;

  private static final long SWEEP_MILLIS = 5_000;

  private final HostPort address;
  private final Optional<TlsReloader> tls;
  private final Settings settings;
  private final Connections connections;
  private final Function<Connections, Handler<HttpServerRequest>> handler;
  private HttpServer server;

  /**
   * Instances share everything given.
   *
   * @param tls empty: plain HTTP
   * @param open counts open connections over all instances and addresses
   * @param extra connections beyond the limit in the settings
   * @param handler makes the request handler of an instance
   */
  private HttpServerVerticle(
      HostPort address,
      Optional<TlsReloader> tls,
      Settings settings,
      AtomicInteger open,
      int extra,
      Function<Connections, Handler<HttpServerRequest>> handler) {
    this.address = address;
    this.tls = tls;
    this.settings = settings;
    this.handler = handler;
    Settings.Capacity capacity = settings.capacity();
    int max = OpenFiles.connections(capacity.connections()) + extra;
    this.connections = new Connections(open, max, capacity.requestTimeout(), KEEP_ALIVE);
  }

  /** The address for senders, and for operators unless they have an address of their own. */
  public static HttpServerVerticle forSenders(
      Settings settings, Optional<TlsReloader> tls, AtomicInteger open, HttpApi api) {
    return new HttpServerVerticle(settings.listen(), tls, settings, open, 0, api::forSenders);
  }

  /** A free port of the loopback interface, for {@link Loopback}. */
  static HttpServerVerticle onLoopback(Settings settings, HttpApi api) {
    return new HttpServerVerticle(
        new HostPort("127.0.0.1", 0),
        Optional.empty(),
        settings,
        new AtomicInteger(),
        0,
        api::forSenders);
  }

  /** The address for operators. On the loopback interface it does not use TLS. */
  public static HttpServerVerticle forOperators(
      HostPort address,
      Settings settings,
      Optional<TlsReloader> tls,
      AtomicInteger open,
      HttpApi api) {
    return new HttpServerVerticle(
        address,
        tls.filter(reloader -> !address.isLoopback()),
        settings,
        open,
        OPERATOR_CONNECTIONS,
        api::forOperators);
  }

  /** The port, once this is deployed. */
  int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> start() {
    TlsIdentity identity = tls.map(TlsReloader::current).orElse(null);
    server =
        vertx
            .createHttpServer(options(identity))
            .connectionHandler(connections::opened)
            .requestHandler(handler.apply(connections));
    vertx.setPeriodic(SWEEP_MILLIS, timer -> connections.sweep());
    return server
        .listen()
        .onSuccess(listening -> tls.ifPresent(reloader -> reloader.register(server, identity)));
  }

  private HttpServerOptions options(TlsIdentity identity) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(address.host())
            .setPort(address.port())
            // Netty takes "snappy" for the framed format. The decoder decompresses the block
            // format.
            .setDecompressionSupported(false)
            .setCompressionSupported(false)
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout((int) KEEP_ALIVE.toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setTcpNoDelay(true)
            .setMaxChunkSize(MAX_CHUNK_BYTES)
            .setAcceptBacklog(1024);
    if (identity != null) {
      identity.configure(options);
    }
    return options;
  }

  @Override
  public Future<?> stop() {
    tls.ifPresent(reloader -> reloader.unregister(server));
    return server.shutdown(settings.shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }
}
