// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.tool.ProcessStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Measures CPU time and memory of a receiver; memory is sampled once a second. */
final class ResourceMeter implements AutoCloseable {
  private final List<Long> roots;
  private final double cpuAtStart;
  private final Thread sampler;
  private volatile long peakKilobytes;

  ResourceMeter(List<Long> roots) throws IOException {
    this.roots = roots;
    this.cpuAtStart = cpu();
    this.sampler = new Thread(this::watch, "memory");
    sampler.setDaemon(true);
    sampler.start();
  }

  /** CPU seconds since the start, including descendants. */
  double cpuSeconds() throws IOException {
    return cpu() - cpuAtStart;
  }

  /** Peak memory of all processes together, in MiB; shared pages count once. */
  long peakMegabytes() {
    return peakKilobytes / 1024;
  }

  @Override
  public void close() {
    sampler.interrupt();
  }

  private double cpu() throws IOException {
    double seconds = 0;
    for (long root : roots) {
      seconds += ProcessStats.cpuSeconds(root);
    }
    return seconds;
  }

  private void watch() {
    try {
      while (true) {
        long now = 0;
        for (long root : roots) {
          now += proportionalKilobytes(root);
        }
        peakKilobytes = Math.max(peakKilobytes, now);
        Thread.sleep(1000);
      }
    } catch (InterruptedException e) {
      // The load is over.
    }
  }

  private static long proportionalKilobytes(long root) {
    long sum = 0;
    for (long pid : ProcessStats.family(root)) {
      try (Stream<String> lines =
          Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
        sum +=
            lines
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
      } catch (IOException | UncheckedIOException e) {
        // The process has ended, or the load is over.
      }
    }
    return sum;
  }
}
