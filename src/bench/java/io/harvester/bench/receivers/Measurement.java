// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.load.LoadGenerator;
import io.harvester.bench.load.LoadOptions;
import io.harvester.bench.load.LoadResult;
import java.io.IOException;
import java.sql.SQLException;

/**
 * Sends loads to one receiver and measures it. The effect of its maintenance is measured once,
 * after the last load.
 */
final class Measurement {
  private static final double QUIET_CPU_SECONDS = 0.05;
  private static final int QUIET_TIMEOUT_SECONDS = 60;

  private final Receiver receiver;
  private long samplesSoFar;
  private double cpuSoFar;

  Measurement(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Runs a load that is not the last. */
  ResultRow run(String name, LoadOptions load)
      throws IOException, InterruptedException, SQLException {
    return run(name, load, false);
  }

  /** Runs the last load: sizes, and CPU with maintenance, are those of all loads together. */
  ResultRow runLast(String name, LoadOptions load)
      throws IOException, InterruptedException, SQLException {
    return run(name, load, true);
  }

  private ResultRow run(String name, LoadOptions load, boolean last)
      throws IOException, InterruptedException, SQLException {
    long walBefore = receiver.walBytes();
    try (ResourceMeter meter = new ResourceMeter(receiver.processes())) {
      LoadResult result = LoadGenerator.run(load);
      double cpu = meter.cpuSeconds();
      long wal = receiver.walBytes() - walBefore;
      samplesSoFar += result.samples();
      System.out.println(receiver.name() + ", " + name + ": " + result.human());
      Receiver.Footprint afterLoad = receiver.sizeAfterLoad();
      Receiver.Footprint afterMaintenance =
          last ? receiver.sizeAfterMaintenance() : Receiver.Footprint.UNKNOWN;
      awaitQuiet(meter);
      cpuSoFar += meter.cpuSeconds();
      double millions = result.samples() / 1e6;
      return new ResultRow(
          receiver.name(),
          name,
          load.protocol().version(),
          result.samplesPerSecond(),
          result.latency().millis(0.99),
          cpu / millions,
          last ? cpuSoFar * 1e6 / samplesSoFar : -1,
          result.cpuSeconds() / millions,
          (double) afterLoad.samples() / samplesSoFar,
          (double) afterMaintenance.samples() / samplesSoFar,
          afterMaintenance.catalog() / 1e6,
          walBefore < 0 ? -1 : wal / (millions * 1e6),
          meter.peakMegabytes(),
          result.statuses().toString());
    }
  }

  /** Waits until the receiver is idle, so that no work of one load is measured in the next. */
  private static void awaitQuiet(ResourceMeter meter) throws IOException, InterruptedException {
    double last = meter.cpuSeconds();
    for (int i = 0; i < QUIET_TIMEOUT_SECONDS; i++) {
      Thread.sleep(1000);
      double now = meter.cpuSeconds();
      if (now - last < QUIET_CPU_SECONDS) {
        return;
      }
      last = now;
    }
  }
}
