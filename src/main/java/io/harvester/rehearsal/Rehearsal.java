package io.harvester.rehearsal;

import io.harvester.ingest.Admission;
import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.ReceivedRequest;
import io.harvester.ingest.SampleTimes;
import io.harvester.ingest.Sender;
import io.harvester.ingest.WriteOutcome;
import io.harvester.metrics.IngestMetrics;
import io.harvester.quota.NodeQuotas;
import io.harvester.quota.NodeRates;
import io.harvester.quota.Quota;
import io.harvester.quota.SeriesBudget;
import io.harvester.series.LabelLimits;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.SeriesKey;
import io.harvester.series.SeriesResolver;
import io.harvester.store.NowhereStore;
import io.harvester.wire.MessageVersion;
import io.harvester.wire.RemoteWriteDecoder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM that has just started interprets, and compiles what turns out to be used: the first minute
 * of a receiver is its slowest, and that is when senders come with all that they kept meanwhile. So
 * while the service waits for its database, and until the first real request is there, made-up ones
 * go through a pipeline of its own, which ends in nothing.
 */
public final class Rehearsal implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private static final int NODES = 8;

  /** New names of nodes after so many scrapes, for series that are new take another way. */
  private static final int SCRAPES = 40;

  private static final int GENERATIONS = 4;
  private static final int IN_FLIGHT = 8;

  private final long end;
  private final BooleanSupplier isBusy;
  private final Semaphore places = new Semaphore(IN_FLIGHT);
  private final Admission admission = new Admission(IN_FLIGHT * 2, 1L << 30);
  private final Map<String, Integer> nodeIds = new HashMap<>();
  private int series;
  private final AtomicLong stored = new AtomicLong();

  Rehearsal(Duration atMost, BooleanSupplier isBusy) {
    this.end = System.nanoTime() + atMost.toNanos();
    this.isBusy = isBusy;
  }

  /**
   * Begins, on a thread of its own.
   *
   * @param isBusy whether there is something real to do, which ends it
   */
  public static void start(Duration atMost, BooleanSupplier isBusy) {
    Thread thread = new Thread(new Rehearsal(atMost, isBusy), "rehearsal");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try (IngestPipeline pipeline = pipeline()) {
      MadeUpRequest[] requests = {
        new MadeUpRequest(MessageVersion.V1), new MadeUpRequest(MessageVersion.V2)
      };
      int sent = 0;
      while (System.nanoTime() < end && !isBusy.getAsBoolean()) {
        send(pipeline, requests, sent++);
      }
      places.acquire(IN_FLIGHT);
      pipeline.drain(Duration.ofSeconds(1));
      LOG.debug("rehearsed with {} samples", stored);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("the rehearsal failed, which costs nothing but speed in the first minute", e);
    }
  }

  private void send(IngestPipeline pipeline, MadeUpRequest[] requests, int number)
      throws InterruptedException {
    int scrape = number / NODES;
    int version = scrape % 2;
    int node = scrape / SCRAPES % GENERATIONS * NODES + number % NODES;
    byte[] body = requests[version].body(1_700_000_000_000L + scrape * 15_000L, node);
    places.acquire();
    pipeline.submit(
        new ReceivedRequest(
            body,
            body.length,
            version == 0 ? MessageVersion.V1 : MessageVersion.V2,
            Sender.anonymous("unknown"),
            admission.enter()),
        this::answered);
  }

  private void answered(WriteOutcome outcome) {
    stored.addAndGet(outcome.written().samples());
    places.release();
  }

  private IngestPipeline pipeline() {
    NodeRegistry nodes = new NodeRegistry();
    SeriesCache cache = new SeriesCache(2 * GENERATIONS * NODES * MadeUpRequest.SERIES);
    NodeQuotas unlimited = new NodeQuotas(new Quota(0, 0, 0, 0));
    return new IngestPipeline(
        new IngestPipeline.Parts(
            new RemoteWriteDecoder(1 << 20, 42),
            new SeriesResolver(
                cache,
                nodes,
                (keys, admits) -> keys.stream().map(this::register).toList(),
                new LabelLimits(100, 1024, 16_384),
                "node"),
            nodes,
            cache,
            new NowhereStore(),
            metadata -> {},
            rejection -> {},
            new SampleTimes(Clock.systemUTC(), Duration.ZERO, Duration.ofDays(36_500)),
            new SeriesBudget(unlimited, System::nanoTime),
            new NodeRates(unlimited, System::nanoTime),
            new IngestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))),
        new IngestPipeline.Threads(1, 1, 1, 7000));
  }

  /** Samples that went all the way. */
  long stored() {
    return stored.get();
  }

  /** Called by the one thread that registers. */
  private SeriesCatalog.Registered register(SeriesKey key) {
    return new SeriesCatalog.Registered(
        ++series, nodeIds.computeIfAbsent(key.node(), n -> nodeIds.size() + 1));
  }
}
