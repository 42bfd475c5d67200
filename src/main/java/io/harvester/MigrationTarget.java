// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.SampleTimes;
import io.harvester.metrics.IngestMetrics;
import io.harvester.metrics.Registry;
import io.harvester.postgres.Database;
import io.harvester.quota.NodeQuotas;
import io.harvester.quota.NodeRates;
import io.harvester.quota.Quota;
import io.harvester.quota.SeriesBudget;
import io.harvester.schedule.Scheduler;
import io.harvester.series.LabelLimits;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesResolver;
import io.harvester.wire.RemoteWriteDecoder;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** The write path of an aggregator on the target of a migration: without limits, quotas, HTTP. */
final class MigrationTarget implements AutoCloseable {
  private static final int MAX_MESSAGE = 256 << 20;
  private static final int MAX_LABELS = 10_000;
  private static final int MAX_LABEL_BYTES = 1 << 20;
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Scheduler scheduler;
  private final Database database;
  private final IngestPipeline pipeline;

  private MigrationTarget(
      Vertx vertx, Scheduler scheduler, Database database, IngestPipeline pipeline) {
    this.vertx = vertx;
    this.scheduler = scheduler;
    this.database = database;
    this.pipeline = pipeline;
  }

  /** Creates the tables if the database is empty, and connects. */
  static MigrationTarget open(DatabaseUrl url, Settings given) throws StartException {
    Settings settings = keepingEverything(given);
    Vertx vertx = Vertx.vertx();
    Scheduler scheduler = new Scheduler();
    SeriesCache cache = SeriesCacheTasks.cacheOf(settings.capacity().cachedSeries());
    try {
      Database database =
          DatabaseStart.connect(
              url,
              to ->
                  Database.open(
                      vertx,
                      to,
                      settings,
                      cache::invalidate,
                      () -> cache.current().size(),
                      scheduler));
      return new MigrationTarget(vertx, scheduler, database, pipeline(settings, database, cache));
    } catch (StartException e) {
      scheduler.close();
      vertx.close();
      throw new StartException(
          "target: " + e.getMessage().replace(" (HARVESTER_DATABASE_URL)", ""));
    }
  }

  /** What the source has kept is not too old: the next start of an aggregator decides that. */
  private static Settings keepingEverything(Settings s) {
    Settings.Storage storage = s.storage();
    return s.withStorage(
        new Settings.Storage(
            Duration.ZERO,
            storage.chunkInterval(),
            storage.mergeInterval(),
            storage.packAfter(),
            storage.rollup5mRetention(),
            storage.rollup1hRetention(),
            storage.maxMetricViews()));
  }

  private static IngestPipeline pipeline(Settings settings, Database database, SeriesCache cache) {
    NodeQuotas quotas = new NodeQuotas(new Quota(0, 0, 0, 0));
    Settings.Capacity capacity = settings.capacity();
    int cores = Runtime.getRuntime().availableProcessors();
    return new IngestPipeline(
        new IngestPipeline.Dependencies(
            new RemoteWriteDecoder(MAX_MESSAGE, new SecureRandom().nextLong()),
            new SeriesResolver(
                cache,
                database.catalog(),
                new LabelLimits(MAX_LABELS, MAX_LABEL_BYTES, MAX_LABEL_BYTES),
                settings.nodeLabel()),
            cache,
            database.samples(),
            database.metadata(),
            database.rejections(),
            new SampleTimes(Clock.systemUTC(), Duration.ZERO, settings.limits().maxFuture()),
            new SeriesBudget(quotas, System::nanoTime),
            new NodeRates(quotas, System::nanoTime),
            new IngestMetrics(Registry.create())),
        new IngestPipeline.Threads(
            capacity.decoders(),
            capacity.catalogConnections(),
            Aggregator.given(capacity.writers(), database.tier().writers(cores)),
            Aggregator.given(capacity.batchSamples(), database.tier().batchSamples())));
  }

  IngestPipeline pipeline() {
    return pipeline;
  }

  @Override
  public void close() {
    try {
      pipeline.drain(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    scheduler.close();
    database.close();
    vertx.close();
  }
}
