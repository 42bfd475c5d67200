// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.harvester.account.Accounts;
import io.harvester.auth.AttemptLimit;
import io.harvester.auth.Authenticator;
import io.harvester.auth.Enrolment;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.config.Version;
import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.fleet.FleetView;
import io.harvester.http.HttpApi;
import io.harvester.http.RateLimit;
import io.harvester.http.Readiness;
import io.harvester.http.account.AccountApi;
import io.harvester.http.account.AdminApi;
import io.harvester.http.fleet.FleetApi;
import io.harvester.http.page.PageRoutes;
import io.harvester.http.query.QueryApi;
import io.harvester.http.query.QueryBackend;
import io.harvester.http.server.Loopback;
import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.SampleTimes;
import io.harvester.ingest.request.Admission;
import io.harvester.metrics.HttpMetrics;
import io.harvester.metrics.IngestMetrics;
import io.harvester.metrics.Meters;
import io.harvester.metrics.QueryMetrics;
import io.harvester.metrics.Registry;
import io.harvester.postgres.Database;
import io.harvester.postgres.pg.Tier;
import io.harvester.query.engine.EngineSettings;
import io.harvester.query.engine.QueryEngine;
import io.harvester.quota.NodeQuotas;
import io.harvester.quota.NodeRates;
import io.harvester.quota.Quota;
import io.harvester.quota.SeriesBudget;
import io.harvester.schedule.Scheduler;
import io.harvester.series.LabelLimits;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesResolver;
import io.harvester.warmup.JitWarmUp;
import io.harvester.wire.RemoteWriteDecoder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The complete service: creates, starts and stops its parts in order. */
final class Aggregator {
  /** Returned by {@link #run} while the service runs on its own threads. */
  static final int RUNNING = -1;

  private static final Logger LOG = LoggerFactory.getLogger(Aggregator.class);

  /** Set by deploy/harvester. */
  private static final String LAUNCHER_PROPERTY = "harvester.launcher";

  /** Per client address and minute. */
  private static final int MAX_FAILED_ENROLMENTS = 10;

  private final Settings settings;
  private final Scheduler scheduler = new Scheduler();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final PrometheusMeterRegistry registry = Registry.create();
  private final Meters meters = new Meters(registry);
  private final IngestMetrics metrics = new IngestMetrics(registry);
  private final Readiness readiness = new Readiness();
  private final Admission admission;
  private final SeriesCache cache;
  private final NodeQuotas quotas;
  private final QueryApi queries;
  private final FleetApi fleet;

  private final Listeners listeners = new Listeners(vertx, scheduler);
  private final JitWarmUp warmUp;
  private Authenticator authenticator;
  private EmbeddedPostgres embedded;
  private Database database;
  private IngestPipeline pipeline;
  private FleetView fleetView;

  Aggregator(Settings settings) {
    this.settings = settings;
    Settings.Capacity capacity = settings.capacity();
    queries = new QueryApi(settings, new QueryMetrics(registry));
    fleet = new FleetApi(settings.nodeLabel(), registry::scrape);
    admission = new Admission(capacity.requestsInFlight(), capacity.bytesInFlight());
    cache = SeriesCacheTasks.cacheOf(capacity.cachedSeries());
    warmUp =
        new JitWarmUp(
            target -> Loopback.open(vertx, settings, target), settings.warmUp(), admission::isUsed);
    Settings.Quotas q = settings.quotas();
    quotas =
        new NodeQuotas(
            new Quota(
                q.series(), q.newSeriesPerHour(), q.samplesPerSecond(), q.bodyBytesPerSecond()));
  }

  /**
   * Starts the service, which runs until the process ends.
   *
   * @throws StartException if a part cannot start; the parts already started are stopped
   */
  static int run(Settings settings) throws StartException {
    LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    logging.getLogger("io.harvester").setLevel(Level.toLevel(settings.logLevel()));
    LOG.info("harvester-aggregator {} {}", Version.current(), settings.summary());
    if (System.getProperty(LAUNCHER_PROPERTY) == null) {
      LOG.info("started without deploy/harvester: without its JVM options more CPU is used");
    }
    Aggregator aggregator = new Aggregator(settings);
    Thread hook = new Thread(aggregator::stopAndExit, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      aggregator.start();
    } catch (StartException e) {
      aggregator.stopAfterFailure(hook);
      throw e;
    } catch (RuntimeException e) {
      LOG.error("start failed", e);
      aggregator.stopAfterFailure(hook);
      throw new StartException("cannot start: " + e.getMessage());
    }
    return RUNNING;
  }

  private void stopAfterFailure(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // a shutdown has begun, and its hook stops the service
    }
    stop();
  }

  /** Exits with 0 after a requested stop; the JVM would exit with 143 on SIGTERM. */
  private void stopAndExit() {
    stop();
    Runtime.getRuntime().halt(0);
  }

  /** Listens, connects to the database, then becomes ready. */
  void start() throws StartException {
    listen();
    warmUp.start();
    DatabaseUrl url = settings.database().isPresent() ? settings.database().get() : startEmbedded();
    database = DatabaseStart.connect(url, this::open);
    SeriesBudget budget = new SeriesBudget(quotas, System::nanoTime);
    NodeRates rates = new NodeRates(quotas, System::nanoTime);
    pipeline = pipeline(budget, rates);
    new SeriesCacheTasks(cache, budget).start(scheduler, database::preload);
    new NodeStatusTask(database.nodeStatus(), cache, budget, rates, quotas.standard())
        .start(scheduler);
    QueryBackend backend = queryBackend();
    fleetView = new FleetView(database.fleet(), backend.engine(), settings.nodeLabel());
    Gauges gauges = new Gauges(meters).of(cache).of(admission, pipeline).of(database).of(fleetView);
    queries.start(backend);
    fleet.start(fleetView);
    authenticator = authenticator();
    gauges.of(scheduler);
    readiness.start(
        new Readiness.Backend(
            pipeline,
            new RateLimit(rates, database.rejections()),
            database::obstacle,
            database::isWriting,
            authenticator,
            new Enrolment(
                database.enrolment(),
                new AttemptLimit(MAX_FAILED_ENROLMENTS, Duration.ofMinutes(1), System::nanoTime)),
            database.inventory(),
            Optional.of(people()),
            warmUp::isOver));
    warmUp.connected(database.discardingCatalog(), database.discardingStore());
    LOG.info(
        "accepting requests on {} tier={}; /-/ready follows the warm-up (HARVESTER_WARMUP)",
        settings.listen(),
        database.tier().label());
  }

  private void listen() throws StartException {
    HttpApi api =
        new HttpApi(
            vertx,
            settings,
            readiness,
            admission,
            registry,
            new HttpMetrics(registry),
            List.of(
                queries,
                fleet,
                new AccountApi(vertx, settings),
                new AdminApi(vertx, settings),
                new PageRoutes()));
    listeners.open(settings, api, meters);
  }

  private DatabaseUrl startEmbedded() throws StartException {
    embedded = DatabaseStart.embedded(settings.embedded());
    return DatabaseUrl.parse(embedded.url());
  }

  private Database open(DatabaseUrl url) throws SQLException {
    return Database.open(
        vertx, url, settings, this::forgetIds, () -> cache.current().size(), scheduler);
  }

  private IngestPipeline pipeline(SeriesBudget budget, NodeRates rates) {
    Settings.Limits limits = settings.limits();
    Settings.Capacity capacity = settings.capacity();
    LabelLimits labels =
        new LabelLimits(
            limits.maxLabels(), limits.maxLabelNameBytes(), limits.maxLabelValueBytes());
    Tier tier = database.tier();
    int cores = Runtime.getRuntime().availableProcessors();
    return new IngestPipeline(
        new IngestPipeline.Dependencies(
            new RemoteWriteDecoder(
                limits.maxDecompressedBytes(), limits.maxItems(), new SecureRandom().nextLong()),
            new SeriesResolver(cache, database.catalog(), labels, settings.nodeLabel()),
            cache,
            database.samples(),
            database.metadata(),
            database.rejections(),
            times(limits.maxFuture()),
            budget,
            rates,
            metrics),
        new IngestPipeline.Threads(
            capacity.decoders(),
            capacity.catalogConnections(),
            given(capacity.writers(), tier.writers(cores)),
            given(capacity.batchSamples(), tier.batchSamples())));
  }

  private QueryBackend queryBackend() {
    Settings.Queries limits = settings.queries();
    EngineSettings engine =
        EngineSettings.asPrometheus(limits.maxSamples(), limits.maxMemory(), limits.maxSeries());
    return new QueryBackend(
        new QueryEngine(database.reader(), settings.nodeLabel(), engine),
        database.reader(),
        database.details());
  }

  /** A setting, or what is chosen if it is 0. */
  static int given(int setting, int otherwise) {
    return setting > 0 ? setting : otherwise;
  }

  /** The timestamps that can be stored, by retention rules that may change at run time. */
  private SampleTimes times(Duration maxFuture) {
    SampleTimes times =
        new SampleTimes(Clock.systemUTC(), settings.storage().retention(), maxFuture);
    database.retention().onRules(times::setRetention);
    return times;
  }

  private Authenticator authenticator() {
    boolean required = settings.security().authenticationRequired();
    Authenticator loading =
        new Authenticator(database.access(quotas), required, Clock.systemUTC(), scheduler);
    loading.start();
    LOG.info(
        required
            ? "authentication is required"
            : "authentication is optional: every client that reaches {} may write",
        settings.listen());
    if (settings.security().tls().isEmpty() && !settings.listen().isLoopback()) {
      LOG.warn("no TLS on {}: tokens cross the network unencrypted", settings.listen());
    }
    return loading;
  }

  private Readiness.People people() {
    Settings.People people = settings.people();
    return new Readiness.People(
        new Accounts(
            database.accounts(people.sessionIdle(), people.sessionMax()), System::nanoTime),
        database.nodeActions());
  }

  private void forgetIds() {
    cache.invalidate();
  }

  /** Refuses new requests, finishes accepted ones, then closes all parts, HTTP first. */
  void stop() {
    readiness.stop();
    warmUp.close();
    try {
      listeners.close();
      if (pipeline != null) {
        pipeline.drain(settings.shutdownTimeout());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("stopping: {}", e.getMessage());
    }
    queries.close();
    if (fleetView != null) {
      fleetView.close();
    }
    scheduler.close();
    if (authenticator != null) {
      authenticator.close();
    }
    if (database != null) {
      database.close();
    }
    if (embedded != null) {
      embedded.close();
    }
    vertx.close();
    LOG.info("stopped");
  }
}
