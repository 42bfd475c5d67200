package io.harvester.warmup;

import io.harvester.auth.AccessStore;
import io.harvester.auth.AttemptLimit;
import io.harvester.auth.Authenticator;
import io.harvester.auth.Enrolment;
import io.harvester.auth.EnrolmentStore;
import io.harvester.auth.NodePattern;
import io.harvester.auth.NodeSummary;
import io.harvester.auth.Secret;
import io.harvester.http.Readiness;
import io.harvester.http.server.Loopback;
import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.SampleTimes;
import io.harvester.metrics.IngestMetrics;
import io.harvester.quota.NodeQuotas;
import io.harvester.quota.NodeRates;
import io.harvester.quota.Quota;
import io.harvester.quota.SeriesBudget;
import io.harvester.series.LabelLimits;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.SampleStore;
import io.harvester.wire.RemoteWriteDecoder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A second service in this process: what the real one is made of, but it knows one sender only, on
 * a free port of the loopback interface, and keeps nothing.
 */
final class WarmUpService implements AutoCloseable {
  private static final String SENDER = "warm-up";

  private final Secret token = Secret.newToken();
  private final IngestPipeline pipeline;
  private final Loopback loopback;

  /** Begins to listen; who is to sign for series and samples is given. */
  WarmUpService(Function<Readiness, Loopback> entrance, SeriesCatalog catalog, SampleStore store) {
    this.pipeline = pipeline(catalog, store);
    Readiness service = new Readiness();
    service.start(
        new Readiness.Parts(
            pipeline,
            () -> true,
            authenticator(),
            new Enrolment(
                (key, node, secret, address) -> EnrolmentStore.Result.KEY_REFUSED,
                new AttemptLimit(0, Duration.ofMinutes(1), Clock.systemUTC())),
            name -> CompletableFuture.<NodeSummary>failedStage(new IllegalStateException(name)),
            () -> true));
    loopback = entrance.apply(service);
  }

  /** Somebody else who finds the port is turned away, rather than thanked for samples. */
  private Authenticator authenticator() {
    return Authenticator.of(
        new AccessStore.State(
            1,
            List.of(new AccessStore.Token(SENDER, token.hash(), null)),
            Map.of(SENDER, new AccessStore.NodeAccess(false, List.of(NodePattern.ALL)))));
  }

  private IngestPipeline pipeline(SeriesCatalog catalog, SampleStore store) {
    NodeRegistry nodes = new NodeRegistry();
    SeriesCache cache = new SeriesCache(SyntheticSender.MAX_SERIES * 2);
    NodeQuotas unlimited = new NodeQuotas(new Quota(0, 0, 0, 0));
    return new IngestPipeline(
        new IngestPipeline.Parts(
            new RemoteWriteDecoder(1 << 20, 42),
            new SeriesResolver(cache, nodes, catalog, new LabelLimits(100, 1024, 16_384), "node"),
            nodes,
            cache,
            store,
            metadata -> {},
            rejection -> {},
            new SampleTimes(Clock.systemUTC(), Duration.ZERO, Duration.ofDays(36_500)),
            new SeriesBudget(unlimited, System::nanoTime),
            new NodeRates(unlimited, System::nanoTime),
            new IngestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))),
        new IngestPipeline.Threads(1, 2, 1, 7000));
  }

  int port() {
    return loopback.port();
  }

  /** What its one sender shows. */
  String token() {
    return token.reveal();
  }

  @Override
  public void close() {
    loopback.close();
    pipeline.close();
  }
}
