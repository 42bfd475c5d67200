// SPDX-License-Identifier: Apache-2.0
package io.harvester.warmup;

import io.harvester.auth.AccessStore;
import io.harvester.auth.AttemptLimit;
import io.harvester.auth.Authenticator;
import io.harvester.auth.Enrolment;
import io.harvester.auth.EnrolmentStore;
import io.harvester.auth.NodePattern;
import io.harvester.auth.NodeSummary;
import io.harvester.auth.Secret;
import io.harvester.http.RateLimit;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A second instance of the service in this process: the same classes, but for one sender, on a free
 * port of the loopback interface, and without storage.
 */
final class WarmUpService implements AutoCloseable {
  private static final String SENDER = "warm-up";

  private final Secret token = Secret.newToken();
  private final IngestPipeline pipeline;
  private final Loopback loopback;

  /** Starts to listen. Series go to the catalog, samples to the store. */
  WarmUpService(
      Function<Readiness, Loopback> openLoopback, SeriesCatalog catalog, SampleStore store) {
    NodeQuotas unlimited = new NodeQuotas(new Quota(0, 0, 0, 0));
    NodeRates rates = new NodeRates(unlimited, System::nanoTime);
    this.pipeline = pipeline(catalog, store, unlimited, rates);
    Readiness readiness = new Readiness();
    readiness.start(
        new Readiness.Backend(
            pipeline,
            new RateLimit(rates, rejection -> {}),
            () -> null,
            () -> true,
            authenticator(),
            new Enrolment(
                (key, node, secret, address) -> EnrolmentStore.Result.KEY_REFUSED,
                new AttemptLimit(0, Duration.ofMinutes(1), System::nanoTime)),
            name -> CompletableFuture.<NodeSummary>failedStage(new IllegalStateException(name)),
            Optional.empty(),
            () -> true));
    loopback = openLoopback.apply(readiness);
  }

  /** Requires a credential, so that a real sender gets no 204 for samples that are not stored. */
  private Authenticator authenticator() {
    return Authenticator.of(
        new AccessStore.State(
            1,
            List.of(new AccessStore.Token(SENDER, token.hash(), null)),
            Map.of(SENDER, new AccessStore.NodeAccess(false, List.of(NodePattern.ALL)))));
  }

  private static IngestPipeline pipeline(
      SeriesCatalog catalog, SampleStore store, NodeQuotas unlimited, NodeRates rates) {
    SeriesCache cache = new SeriesCache(SyntheticSender.MAX_SERIES * 2);
    return new IngestPipeline(
        new IngestPipeline.Dependencies(
            new RemoteWriteDecoder(1 << 20, 42),
            new SeriesResolver(cache, catalog, new LabelLimits(100, 1024, 16_384), "node"),
            cache,
            store,
            metadata -> {},
            rejection -> {},
            new SampleTimes(Clock.systemUTC(), Duration.ZERO, Duration.ofDays(36_500)),
            new SeriesBudget(unlimited, System::nanoTime),
            rates,
            new IngestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))),
        new IngestPipeline.Threads(1, 2, 1, 7000));
  }

  int port() {
    return loopback.port();
  }

  /** The credential of its sender. */
  String token() {
    return token.reveal();
  }

  @Override
  public void close() {
    // An interrupted wait for the listener must not keep the threads of the pipeline.
    try {
      loopback.close();
    } finally {
      pipeline.close();
    }
  }
}
