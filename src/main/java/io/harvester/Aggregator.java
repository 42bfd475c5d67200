package io.harvester;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.harvester.auth.AttemptLimit;
import io.harvester.auth.Authenticator;
import io.harvester.auth.Enrolment;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Help;
import io.harvester.config.Settings;
import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.embedded.EmbeddedPostgresException;
import io.harvester.http.HttpApi;
import io.harvester.http.Readiness;
import io.harvester.http.server.Loopback;
import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.SampleTimes;
import io.harvester.ingest.request.Admission;
import io.harvester.metrics.HttpMetrics;
import io.harvester.metrics.IngestMetrics;
import io.harvester.metrics.Meters;
import io.harvester.metrics.Registry;
import io.harvester.postgres.Database;
import io.harvester.postgres.pg.Tier;
import io.harvester.quota.NodeQuotas;
import io.harvester.quota.NodeRates;
import io.harvester.quota.Quota;
import io.harvester.quota.SeriesBudget;
import io.harvester.series.LabelLimits;
import io.harvester.series.NodeRegistry;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service, put together and taken apart in order. */
final class Aggregator {
  /** What {@link #run} returns when the service runs on its own threads. */
  static final int RUNNING = -1;

  private static final Logger LOG = LoggerFactory.getLogger(Aggregator.class);
  private static final Duration STARTUP_TIMEOUT = Duration.ofSeconds(10);

  /** Per address and minute. */
  private static final int FAILED_ENROLMENTS = 10;

  private final Settings settings;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final PrometheusMeterRegistry registry = Registry.create();
  private final IngestMetrics metrics = new IngestMetrics(registry);
  private final Meters meters = new Meters(registry);
  private final Readiness service = new Readiness();
  private final Admission admission;
  private final NodeRegistry nodes = new NodeRegistry();
  private final SeriesCache cache;
  private final NodeQuotas quotas;

  private final Listeners listeners = new Listeners(vertx);
  private final JitWarmUp rehearsal;
  private Authenticator authenticator;
  private EmbeddedPostgres embedded;
  private Database database;
  private IngestPipeline pipeline;

  Aggregator(Settings settings) {
    this.settings = settings;
    Settings.Capacity capacity = settings.capacity();
    admission = new Admission(capacity.requestsInFlight(), capacity.bytesInFlight());
    cache = SeriesCacheTasks.cacheOf(capacity.cachedSeries());
    rehearsal =
        new JitWarmUp(
            service -> Loopback.open(vertx, settings, service),
            settings.warmUp(),
            admission::isUsed);
    Settings.Quotas q = settings.quotas();
    quotas =
        new NodeQuotas(
            new Quota(
                q.series(), q.newSeriesPerHour(), q.samplesPerSecond(), q.bodyBytesPerSecond()));
  }

  /** Starts the service; it ends with the process. */
  static int run(Settings settings) throws StartException {
    LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    logging.getLogger("io.harvester").setLevel(Level.toLevel(settings.logLevel()));
    LOG.info("harvester-aggregator {} {}", Help.version(), settings.summary());
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
      return; // told to stop while it started: the hook does it
    }
    stop();
  }

  /** A stop that was asked for is a success; the JVM would report 143 for the signal. */
  private void stopAndExit() {
    stop();
    Runtime.getRuntime().halt(0);
  }

  /** Listens, connects, and is ready. */
  void start() throws StartException {
    listen();
    rehearsal.start();
    DatabaseUrl url = settings.database().isPresent() ? settings.database().get() : startEmbedded();
    database = connect(url);
    SeriesBudget budget = new SeriesBudget(quotas, System::nanoTime);
    pipeline = pipeline(budget);
    new SeriesCacheTasks(vertx, cache, nodes, budget).start(database::warmUp);
    new Gauges(meters).of(cache, nodes).of(admission, pipeline).of(database);
    authenticator = authenticator();
    service.start(
        new Readiness.Parts(
            pipeline,
            database::isReachable,
            authenticator,
            new Enrolment(
                database.enrolment(),
                new AttemptLimit(FAILED_ENROLMENTS, Duration.ofMinutes(1), Clock.systemUTC())),
            database.inventory(),
            rehearsal::isOver));
    rehearsal.connected(database.nowhereCatalog(), database.nowhereStore());
    LOG.info("ready on {} tier={}", settings.listen(), database.tier().label());
  }

  private void listen() throws StartException {
    HttpApi api =
        new HttpApi(vertx, settings, service, admission, registry, new HttpMetrics(registry));
    listeners.open(settings, api, meters);
  }

  private DatabaseUrl startEmbedded() throws StartException {
    Settings.Embedded options = settings.embedded();
    try {
      embedded =
          EmbeddedPostgres.start(
              options.dataDir(),
              new EmbeddedPostgres.Options(options.port(), !options.portGiven(), options.user()));
    } catch (EmbeddedPostgresException e) {
      throw new StartException(e.getMessage());
    }
    return DatabaseUrl.parse(embedded.url());
  }

  /** Waits a little for a database that is just starting; one that refuses is final at once. */
  private Database connect(DatabaseUrl url) throws StartException {
    long deadline = System.nanoTime() + STARTUP_TIMEOUT.toNanos();
    while (true) {
      try {
        return Database.open(vertx, url, settings, this::forgetIds, () -> cache.current().size());
      } catch (SQLException e) {
        String problem = "database " + url + ": " + e.getMessage();
        if (!Database.mayComeBack(e) || System.nanoTime() > deadline) {
          throw new StartException(problem + " (HARVESTER_DATABASE_URL)");
        }
        LOG.warn("{}; trying again", problem);
        pause();
      }
    }
  }

  private static void pause() throws StartException {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting for the database");
    }
  }

  private IngestPipeline pipeline(SeriesBudget budget) {
    Settings.Limits limits = settings.limits();
    Settings.Capacity capacity = settings.capacity();
    LabelLimits labels =
        new LabelLimits(
            limits.maxLabels(), limits.maxLabelNameBytes(), limits.maxLabelValueBytes());
    Tier tier = database.tier();
    int cores = Runtime.getRuntime().availableProcessors();
    return new IngestPipeline(
        new IngestPipeline.Parts(
            new RemoteWriteDecoder(
                limits.maxDecompressedBytes(), limits.maxItems(), new SecureRandom().nextLong()),
            new SeriesResolver(cache, nodes, database.catalog(), labels, settings.nodeLabel()),
            nodes,
            cache,
            database.samples(),
            database.metadata(),
            database.rejections(),
            times(limits.maxFuture()),
            budget,
            new NodeRates(quotas, System::nanoTime),
            metrics),
        new IngestPipeline.Threads(
            capacity.decoders(),
            capacity.catalogConnections(),
            given(capacity.writers(), tier.writers(cores)),
            given(capacity.batchSamples(), tier.batchSamples())));
  }

  private static int given(int setting, int otherwise) {
    return setting > 0 ? setting : otherwise;
  }

  /** Which timestamps can be stored, by rules that may change while the service runs. */
  private SampleTimes times(Duration maxFuture) {
    SampleTimes times =
        new SampleTimes(Clock.systemUTC(), settings.storage().retention(), maxFuture);
    database.retention().onRules(times::keep);
    return times;
  }

  private Authenticator authenticator() {
    boolean required = settings.security().authenticationRequired();
    Authenticator loading = new Authenticator(database.access(quotas), required, Clock.systemUTC());
    loading.start();
    LOG.info(
        required
            ? "authentication is required"
            : "authentication is optional: whoever reaches {} may write",
        settings.listen());
    if (settings.security().tls().isEmpty() && !settings.listen().isLoopback()) {
      LOG.warn("no TLS on {}: tokens cross the network in the clear", settings.listen());
    }
    return loading;
  }

  private void forgetIds() {
    cache.invalidate();
  }

  /** Refuses what is new, finishes what was accepted, then closes from the edge inwards. */
  void stop() {
    service.stop();
    rehearsal.close();
    try {
      listeners.close();
      if (pipeline != null) {
        pipeline.drain(settings.shutdownTimeout());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("stop: {}", e.getMessage());
    }
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
