package io.harvester.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What happened to the samples. Once a request is answered, this holds:
 *
 * <pre>received = stored + duplicate + conflict + rejected + failed</pre>
 *
 * <p>Stored: committed by this request. Duplicate: stored before with the same bits. Conflict:
 * another value was stored before for that timestamp, and stays. Rejected: can never be stored.
 * Failed: answered 503, the sender will send it again.
 */
public final class IngestMetrics {
  private static final String SAMPLES = "harvester.samples.";
  private static final String REJECTED = SAMPLES + "rejected";
  private static final String RETRIED_BATCHES = "harvester.write.retries";

  private final MeterRegistry registry;
  private final Counter received;
  private final Counter stored;
  private final Counter duplicate;
  private final Counter conflict;
  private final Counter failed;
  private final Counter compared;
  private final DistributionSummary batchSamples;
  private final Timer write;

  /** Registers the meters. */
  public IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
    received = counter("received", "Samples in decoded requests");
    stored = counter("stored", "Samples committed");
    duplicate = counter("duplicate", "Samples that were stored already, with the same value");
    conflict = counter("conflict", "Samples whose timestamp was stored with another value");
    failed = counter("failed", "Samples answered with 503: the sender sends them again");
    compared = counter("compared", "Samples that had to be compared with the database");
    batchSamples =
        DistributionSummary.builder("harvester.write.batch.samples")
            .description("Samples per write transaction")
            .register(registry);
    write =
        Timer.builder("harvester.write.duration")
            .description("Duration of write transactions, lock to commit")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(30))
            .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(SAMPLES + name).description(description).register(registry);
  }

  /** Samples of a decoded request. */
  public void received(long samples) {
    received.increment(samples);
  }

  /** Outcome of the samples of one answered request; rejected ones are counted by reason. */
  public void answered(long storedNow, long duplicates, long conflicts, long failures) {
    stored.increment(storedNow);
    duplicate.increment(duplicates);
    conflict.increment(conflicts);
    failed.increment(failures);
  }

  /** Samples that can never be stored. */
  public void rejected(String reason, long samples) {
    Counter.builder(REJECTED)
        .description("Samples that can never be stored, by reason")
        .tag("reason", reason)
        .register(registry)
        .increment(samples);
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
