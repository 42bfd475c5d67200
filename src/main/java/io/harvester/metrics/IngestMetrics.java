// SPDX-License-Identifier: Apache-2.0
package io.harvester.metrics;

import io.harvester.wire.DataKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Outcomes of ingest, counted per {@link DataKind}. Once all requests are answered:
 *
 * <pre>received = stored + duplicate + conflict + rejected + failed</pre>
 *
 * <ul>
 *   <li>stored: committed by this request
 *   <li>duplicate: stored before with the same bits
 *   <li>conflict: another value was stored before for the timestamp, and is kept
 *   <li>rejected: can never be stored
 *   <li>failed: answered with 503, so that the sender retries
 * </ul>
 */
public final class IngestMetrics {
  private static final String RETRIES = "harvester.write.retries";

  private final MeterRegistry registry;
  private final Map<DataKind, Outcomes> outcomes = new EnumMap<>(DataKind.class);
  private final Counter compared;
  private final Counter renamed;
  private final DistributionSummary batchSamples;
  private final Timer write;
  private final Timer flush;

  /** Registers the meters, except those by reason, which appear with their first increment. */
  public IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (DataKind kind : DataKind.values()) {
      outcomes.put(kind, Outcomes.register(kind, registry));
    }
    compared =
        counter(
            registry,
            DataKind.SAMPLES,
            "compared",
            "compared with the database to decide whether they are new");
    renamed =
        Counter.builder("harvester.series.renamed")
            .description(
                "Series seen first by this process whose node label names another node than their"
                    + " credential: stored with the label exported_node")
            .register(registry);
    batchSamples =
        DistributionSummary.builder("harvester.write.batch.samples")
            .description("Samples stored per write transaction")
            .register(registry);
    write =
        Timer.builder("harvester.write.duration")
            .description("Duration of write transactions, from the first statement to the commit")
            .serviceLevelObjectives(Buckets.SECONDS)
            .register(registry);
    flush =
        Timer.builder("harvester.flush.duration")
            .description("Time from the commit of a write transaction until it is durable")
            .serviceLevelObjectives(Buckets.SECONDS)
            .register(registry);
  }

  /** The counters of one kind, except the rejections, which are counted by reason. */
  private record Outcomes(
      Counter received, Counter stored, Counter duplicate, Counter conflict, Counter failed) {
    static Outcomes register(DataKind kind, MeterRegistry registry) {
      return new Outcomes(
          counter(registry, kind, "received", "received in decoded requests"),
          counter(registry, kind, "stored", "committed by the request that carried them"),
          counter(registry, kind, "duplicate", "already stored with the same value"),
          counter(
              registry,
              kind,
              "conflict",
              "refused because another value is stored for their timestamp"),
          counter(registry, kind, "failed", "answered with 503, so that the sender retries"));
    }
  }

  private static Counter counter(MeterRegistry registry, DataKind kind, String name, String help) {
    return Counter.builder(meter(kind, name)).description(sentence(kind, help)).register(registry);
  }

  private static String meter(DataKind kind, String name) {
    return "harvester." + kind.label() + "." + name;
  }

  private static String sentence(DataKind kind, String help) {
    String subject = kind.label();
    return Character.toUpperCase(subject.charAt(0)) + subject.substring(1) + ' ' + help;
  }

  /** Counts the contents of a decoded request. */
  public void received(DataKind kind, long count) {
    outcomes.get(kind).received.increment(count);
  }

  /** Counts the outcome of an answered request, except its rejections. */
  public void answered(DataKind kind, long stored, long duplicates, long conflicts, long failures) {
    Outcomes of = outcomes.get(kind);
    of.stored.increment(stored);
    of.duplicate.increment(duplicates);
    of.conflict.increment(conflicts);
    of.failed.increment(failures);
  }

  /** Counts rejections of an answered request. */
  public void rejected(DataKind kind, String reason, long count) {
    Counter.builder(meter(kind, "rejected"))
        .description(sentence(kind, "that can never be stored, by reason"))
        .tag("reason", reason)
        .register(registry)
        .increment(count);
  }

  /** Counts new series whose node label was renamed. */
  public void renamed(long series) {
    renamed.increment(series);
  }

  /** Counts samples that memory could not prove to be new. */
  public void compared(long samples) {
    compared.increment(samples);
  }

  /** Records a committed write transaction. */
  public void committed(int samples, Duration duration) {
    batchSamples.record(samples);
    write.record(duration);
  }

  /** Records how long after its commit a write transaction was durable. */
  public void flushed(Duration duration) {
    flush.record(duration);
  }

  /** Counts a retry of a write transaction. */
  public void retried(String reason) {
    Counter.builder(RETRIES)
        .description("Retries of write transactions, by reason")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }
}
