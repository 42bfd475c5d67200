package io.harvester.bench;

import java.io.IOException;
import java.sql.SQLException;

/**
 * Loads one receiver and measures; what it takes to settle is measured once, after the last load.
 */
final class Measurement {
  private static final double QUIET_CPU = 0.05;
  private static final int QUIET_LIMIT_SECONDS = 60;

  private final Receiver receiver;
  private long samplesSoFar;
  private double cpuSoFar;

  Measurement(Receiver receiver) {
    this.receiver = receiver;
  }

  /** A load after which others follow. */
  BenchRow run(String name, LoadOptions load)
      throws IOException, InterruptedException, SQLException {
    return run(name, load, false);
  }

  /** The last load: sizes, and CPU until settled, are those of all loads together. */
  BenchRow runLast(String name, LoadOptions load)
      throws IOException, InterruptedException, SQLException {
    return run(name, load, true);
  }

  private BenchRow run(String name, LoadOptions load, boolean last)
      throws IOException, InterruptedException, SQLException {
    long walBefore = receiver.walBytes();
    try (ResourceMeter meter = new ResourceMeter(receiver.processes())) {
      LoadResult result = LoadGenerator.run(load);
      double cpu = meter.cpuSeconds();
      long wal = receiver.walBytes() - walBefore;
      samplesSoFar += result.samples();
      System.out.println(receiver.name() + ", " + name + ": " + result.human());
      Receiver.Footprint written = receiver.written();
      Receiver.Footprint settled = last ? receiver.settled() : Receiver.Footprint.UNKNOWN;
      awaitQuiet(meter);
      cpuSoFar += meter.cpuSeconds();
      double millions = result.samples() / 1e6;
      return new BenchRow(
          receiver.name(),
          name,
          load.protocol().version,
          result.samplesPerSecond(),
          result.latency().millis(0.99),
          cpu / millions,
          last ? cpuSoFar * 1e6 / samplesSoFar : -1,
          result.cpuSeconds() / millions,
          (double) written.samples() / samplesSoFar,
          (double) settled.samples() / samplesSoFar,
          settled.catalog() / 1e6,
          walBefore < 0 ? -1 : wal / (millions * 1e6),
          meter.peakMegabytes(),
          result.statuses().toString());
    }
  }

  /** Until the receiver uses next to no CPU, so that it does not work off one load in the next. */
  private static void awaitQuiet(ResourceMeter meter) throws IOException, InterruptedException {
    double last = meter.cpuSeconds();
    for (int i = 0; i < QUIET_LIMIT_SECONDS; i++) {
      Thread.sleep(1000);
      double now = meter.cpuSeconds();
      if (now - last < QUIET_CPU) {
        return;
      }
      last = now;
    }
  }
}
