package io.harvester.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends the samples of a fleet to a remote_write receiver, as fast as it takes them or once per
 * interval, and tells how it went. Requests are encoded and compressed before the clock starts;
 * while it runs, only values and times are written into them.
 */
public final class LoadGenerator {
  private LoadGenerator() {}

  /** Runs one load; exit status 1 if any answer was not a success. */
  public static void main(String[] args) throws InterruptedException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(LoadOptions.USAGE);
      return;
    }
    Arguments arguments = new Arguments(args);
    LoadOptions options = LoadOptions.parse(arguments);
    arguments.finish();
    LoadResult result = run(options);
    System.out.println(result.json());
    System.out.println(result.human());
    System.exit(result.clean() ? 0 : 1);
  }

  static LoadResult run(LoadOptions options) throws InterruptedException {
    List<List<Batch>> shares = shares(options);
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

  private static List<List<Batch>> shares(LoadOptions options) {
    List<Batch> all = Batch.prepare(options);
    List<List<Batch>> shares = new ArrayList<>();
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
