package io.harvester.metrics;

import io.harvester.wire.DataKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What happened to the samples, and likewise to native histograms and exemplars. Once a request is
 * answered, this holds for each {@link DataKind}:
 *
 * <pre>received = stored + duplicate + conflict + rejected + failed</pre>
 *
 * <p>Stored: committed by this request. Duplicate: stored before with the same bits. Conflict:
 * another value was stored before for that timestamp, and stays. Rejected: can never be stored.
 * Failed: answered 503, the sender will send it again.
 */
public final class IngestMetrics {
  private static final String RETRIED_BATCHES = "harvester.write.retries";

  private final MeterRegistry registry;
  private final Map<DataKind, Outcomes> outcomes = new EnumMap<>(DataKind.class);
  private final Counter compared;
  private final DistributionSummary batchSamples;
  private final Timer write;
  private final Timer flush;

  /** Registers the meters. */
  public IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (DataKind kind : DataKind.values()) {
      outcomes.put(kind, Outcomes.register(kind, registry));
    }
    compared =
        counter(
            registry, DataKind.SAMPLES, "compared", "that had to be compared with the database");
    batchSamples =
        DistributionSummary.builder("harvester.write.batch.samples")
            .description("Samples per write transaction")
            .register(registry);
    write =
        Timer.builder("harvester.write.duration")
            .description("Duration of write transactions, lock to commit")
            .serviceLevelObjectives(Buckets.SECONDS)
            .register(registry);
    flush =
        Timer.builder("harvester.flush.duration")
            .description("From the commit of a write transaction until it is on disk")
            .serviceLevelObjectives(Buckets.SECONDS)
            .register(registry);
  }

  /** The counters of one kind, but for what was rejected. */
  private record Outcomes(
      Counter received, Counter stored, Counter duplicate, Counter conflict, Counter failed) {
    static Outcomes register(DataKind kind, MeterRegistry registry) {
      return new Outcomes(
          counter(registry, kind, "received", "in decoded requests"),
          counter(registry, kind, "stored", "committed"),
          counter(registry, kind, "duplicate", "that were stored already, with the same content"),
          counter(registry, kind, "conflict", "whose timestamp was stored with another content"),
          counter(registry, kind, "failed", "answered with 503: the sender sends them again"));
    }
  }

  private static Counter counter(MeterRegistry registry, DataKind kind, String name, String which) {
    return Counter.builder(meter(kind, name))
        .description(kind.label() + " " + which)
        .register(registry);
  }

  private static String meter(DataKind kind, String name) {
    return "harvester." + kind.label() + "." + name;
  }

  /** Of a decoded request. */
  public void received(DataKind kind, long count) {
    outcomes.get(kind).received.increment(count);
  }

  /** Outcome of one answered request; what was rejected is counted by reason. */
  public void answered(DataKind kind, long stored, long duplicates, long conflicts, long failures) {
    Outcomes of = outcomes.get(kind);
    of.stored.increment(stored);
    of.duplicate.increment(duplicates);
    of.conflict.increment(conflicts);
    of.failed.increment(failures);
  }

  /** What can never be stored. */
  public void rejected(DataKind kind, String reason, long count) {
    Counter.builder(meter(kind, "rejected"))
        .description(kind.label() + " that can never be stored, by reason")
        .tag("reason", reason)
        .register(registry)
        .increment(count);
  }

  /** Samples that could not be told new from memory. */
  public void compared(long samples) {
    compared.increment(samples);
  }

  /** A committed write transaction. */
  public void committed(int samples, Duration duration) {
    batchSamples.record(samples);
    write.record(duration);
  }

  /** A committed write transaction is on disk, so long after it was committed. */
  public void flushed(Duration duration) {
    flush.record(duration);
  }

  /** A write transaction that was tried again, and why. */
  public void retried(String reason) {
    Counter.builder(RETRIED_BATCHES)
        .description("Write transactions that were tried again, by reason")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** A value that is read when somebody looks at the metrics. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** A fact that does not change while the process runs: a gauge of 1 with a label. */
  public void info(String name, String description, String label, String value) {
    Gauge.builder(name, () -> 1).description(description).tag(label, value).register(registry);
  }
}
