// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import io.harvester.bench.tool.ProgramOptions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends the samples of a simulated fleet to a remote_write receiver, as fast as it accepts them or
 * once per interval, and reports rate, latency and statuses. Requests are encoded and compressed
 * before the clock starts; during the load, only their values and times are overwritten.
 */
public final class LoadGenerator {
  private LoadGenerator() {}

  /** Runs one load; exit status 1 if any response was not a success. */
  public static void main(String[] args) throws InterruptedException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(LoadOptions.USAGE);
      return;
    }
    ProgramOptions arguments = new ProgramOptions(args);
    LoadOptions options = LoadOptions.parse(arguments);
    arguments.finish();
    LoadResult result = run(options);
    System.out.println(result.json());
    System.out.println(result.human());
    System.exit(result.clean() ? 0 : 1);
  }

  /** Runs one load until its rounds or its duration are over. */
  public static LoadResult run(LoadOptions options) throws InterruptedException {
    List<List<LoadRequest>> shares = shares(options);
    long startNanos = System.nanoTime();
    long startMillis = System.currentTimeMillis();
    List<LoadWorker> workers = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      double share = (double) i / shares.size();
      LoadWorker worker = new LoadWorker(options, shares.get(i), share, startNanos, startMillis);
      workers.add(worker);
      worker.start();
    }
    Thread.sleep(options.warmup().toMillis());
    double cpuBefore = cpuSeconds();
    for (LoadWorker worker : workers) {
      worker.join();
    }
    double seconds = (System.nanoTime() - startNanos - options.warmup().toNanos()) / 1e9;
    return LoadResult.of(options, workers, seconds, cpuSeconds() - cpuBefore);
  }

  private static List<List<LoadRequest>> shares(LoadOptions options) {
    List<LoadRequest> all = LoadRequest.prepare(options);
    List<List<LoadRequest>> shares = new ArrayList<>();
    for (int i = 0; i < Math.min(options.connections(), all.size()); i++) {
      shares.add(new ArrayList<>());
    }
    for (int i = 0; i < all.size(); i++) {
      shares.get(i % shares.size()).add(all.get(i));
    }
    return shares;
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
