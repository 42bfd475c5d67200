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

/** One address that is listened on; deploy one instance per event loop. */
public final class HttpServerVerticle extends VerticleBase {
  /** Longer than most scrape intervals: a sender keeps its connection from one to the next. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(150);

  /** Operators get in also where senders have taken all places. */
  private static final int PLACES_OF_OPERATORS = 100;

  /** As much of a body as Netty reads at once, rather than in pieces. */
  private static final int BODY_PIECE_BYTES = 64 * 1024;

  private static final long SWEEP_MILLIS = 5_000;

  private final HostPort address;
  private final Optional<TlsReloader> tls;
  private final Settings settings;
  private final Connections connections;
  private final Function<Connections, Handler<HttpServerRequest>> routes;
  private HttpServer server;

  /**
   * A listener; instances share everything given.
   *
   * @param tls empty: plain HTTP
   * @param open counts open connections over all instances
   * @param places more than the setting says
   * @param routes makes what answers the requests of an instance
   */
  private HttpServerVerticle(
      HostPort address,
      Optional<TlsReloader> tls,
      Settings settings,
      AtomicInteger open,
      int places,
      Function<Connections, Handler<HttpServerRequest>> routes) {
    this.address = address;
    this.tls = tls;
    this.settings = settings;
    this.routes = routes;
    Settings.Capacity capacity = settings.capacity();
    int max = OpenFiles.connections(capacity.connections()) + places;
    this.connections = new Connections(open, max, capacity.requestTimeout(), KEEP_ALIVE);
  }

  /** Where senders come in; also operators, unless they have an address of their own. */
  public static HttpServerVerticle forSenders(
      Settings settings, Optional<TlsReloader> tls, AtomicInteger open, HttpApi api) {
    return new HttpServerVerticle(settings.listen(), tls, settings, open, 0, api::forSenders);
  }

  /** For {@link Loopback}. */
  static HttpServerVerticle onLoopback(Settings settings, HttpApi api) {
    return new HttpServerVerticle(
        new HostPort("127.0.0.1", 0),
        Optional.empty(),
        settings,
        new AtomicInteger(),
        0,
        api::forSenders);
  }

  /** Where operators come in. TLS between processes of one machine would only be in their way. */
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
        PLACES_OF_OPERATORS,
        api::forOperators);
  }

  /** The port that is listened on, once this is deployed. */
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
            .requestHandler(routes.apply(connections));
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
            // Netty would take "snappy" for the framed format: decompression is ours.
            .setDecompressionSupported(false)
            .setCompressionSupported(false)
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout((int) KEEP_ALIVE.toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setTcpNoDelay(true)
            .setMaxChunkSize(BODY_PIECE_BYTES)
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
