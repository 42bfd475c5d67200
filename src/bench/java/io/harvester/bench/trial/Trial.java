// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.tool.ProcessStats;
import io.harvester.bench.tool.ServerProcess;
import io.harvester.bench.tool.Shell;
import io.harvester.testing.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;

/** One trial: sends load to one or more aggregators, injects faults, and checks what is stored. */
final class Trial {
  private static final Duration PROGRESS_TIMEOUT = Duration.ofMinutes(2);

  private final TrialOptions options;
  private final TcpProxy proxy;
  private final List<ServerProcess> aggregators = new ArrayList<>();
  private final List<TrialSender> senders = new ArrayList<>();
  private final TrialLedger ledger = new TrialLedger();
  private final TrialPlan plan;
  private final TrialData data;
  private final Random random;
  private long longestPauseMillis;

  Trial(TrialOptions options) throws IOException {
    this.options = options;
    this.random = new Random(options.seed());
    this.proxy = new TcpProxy(0, options.database().host(), options.database().port());
    Files.createDirectories(options.logDir());
    for (int i = 0; i < options.aggregatorCommands().size(); i++) {
      String command =
          options
              .aggregatorCommands()
              .get(i)
              .replace("{database}", options.database().through(proxy.port()));
      URI ready = options.urls().get(i).resolve("/-/ready");
      aggregators.add(
          new ServerProcess(command, ready, options.logDir().resolve("aggregator-" + i + ".log")));
    }
    String prefix = "trial-" + Long.toString(options.seed() & Long.MAX_VALUE, 36) + "-";
    long start = System.currentTimeMillis() - options.past().toMillis();
    data =
        new TrialData(
            options.protocol(),
            options.urls().get(0),
            prefix,
            options.nodes(),
            options.seriesPerNode(),
            options.samplesPerSeries(),
            start,
            options.step().toMillis());
    plan = new TrialPlan(options.nodes(), options.maxRequests(), options.seed());
  }

  /** Runs the trial; true if no sample is missing, duplicate or wrong, and every response right. */
  boolean run() throws IOException, InterruptedException, SQLException {
    try {
      startAggregators();
      startSenders();
      injectFaults();
      boolean drained = drain();
      boolean stored = check();
      boolean stopped = stopAggregators();
      return stopped && drained && stored && ledger.violations().isEmpty();
    } finally {
      for (ServerProcess aggregator : aggregators) {
        if (aggregator.alive()) {
          aggregator.kill();
        }
      }
      proxy.close();
    }
  }

  TrialOptions options() {
    return options;
  }

  TcpProxy proxy() {
    return proxy;
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  ServerProcess anyAggregator() throws IOException {
    if (aggregators.isEmpty()) {
      throw new IOException("--kill aggregator needs --aggregator-start");
    }
    return aggregators.get(random.nextInt(aggregators.size()));
  }

  void shell(String command) throws IOException, InterruptedException {
    if (command.isEmpty()) {
      throw new IOException(
          "--kill database and --kill outage need --database-kill and --database-start");
    }
    Path log = options.logDir().resolve("commands.log");
    Shell.run(command, log);
  }

  /** Records a violation for every response in this time that is not a 503 with Retry-After. */
  void expectOnly503(Duration duration) throws InterruptedException {
    SortedMap<String, Long> before = ledger.responses();
    Thread.sleep(duration.toMillis());
    ledger
        .responses()
        .forEach(
            (response, count) -> {
              long during = count - before.getOrDefault(response, 0L);
              if (during > 0) {
                print("while the database was down: %,d x %s", during, response);
              }
              if (during > 0
                  && !response.equals("503")
                  && !response.equals(TrialSender.SENDER_TIMEOUT)) {
                ledger.violation(response + " while the database was down");
              }
            });
  }

  private void startAggregators() throws IOException, InterruptedException {
    for (ServerProcess aggregator : aggregators) {
      aggregator.start();
      aggregator.awaitReady(PROGRESS_TIMEOUT);
    }
  }

  private void startSenders() {
    RateLimiter limiter = new RateLimiter(options.rate() / data.samplesPerRequest());
    for (int i = 0; i < options.connections(); i++) {
      TrialSender sender = new TrialSender(i, options.urls(), data, plan, ledger, limiter);
      senders.add(sender);
      sender.start();
    }
  }

  private void injectFaults() throws IOException, InterruptedException {
    awaitProgress();
    for (int i = 0; i < options.times() && !plan.ended(); i++) {
      long millis = options.every().toMillis();
      Thread.sleep(millis / 2 + (long) (random.nextDouble() * millis));
      FaultInjection fault = options.faults().get(i % options.faults().size());
      long before = System.nanoTime();
      fault.inject(this);
      awaitProgress();
      long pause = (System.nanoTime() - before) / 1_000_000;
      longestPauseMillis = Math.max(longestPauseMillis, pause);
      if (fault != FaultInjection.NONE) {
        print("%d/%d %s: acknowledges again after %,d ms", i + 1, options.times(), fault, pause);
      }
    }
    if (plan.ended()) {
      ledger.violation("the load ended early: raise --past or lower --rate");
    }
  }

  /** Waits until more requests are acknowledged than can have been in flight at the call. */
  private void awaitProgress() throws IOException, InterruptedException {
    int goal = ledger.acknowledgedCount() + options.connections() + 1;
    long end = System.nanoTime() + PROGRESS_TIMEOUT.toNanos();
    while (ledger.acknowledgedCount() < goal) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "no acknowledgement within "
                + PROGRESS_TIMEOUT
                + "; responses so far: "
                + ledger.responses());
      }
      Thread.sleep(5);
    }
  }

  private boolean drain() throws InterruptedException {
    plan.end();
    long end = System.currentTimeMillis() + options.drain().toMillis();
    for (TrialSender sender : senders) {
      sender.join(Math.max(1, end - System.currentTimeMillis()));
    }
    senders.forEach(TrialSender::abandon);
    int open = plan.generated() - ledger.acknowledgedCount();
    if (open > 0) {
      print("NOT ACKNOWLEDGED within --drain: %,d requests", open);
    }
    return open == 0;
  }

  private boolean check() throws SQLException, IOException {
    TrialCheck check = new TrialCheck(data, ledger.acknowledged());
    try (Connection database = options.database().connect()) {
      check.run(database);
    }
    print("responses: %s", ledger.responses());
    print(
        "acknowledged repeats: %,d; connections broken at a COMMIT: %s",
        ledger.repeats(), proxy.cuts());
    print("longest pause: %,d ms", longestPauseMillis);
    ledger.violations().forEach((what, count) -> print("VIOLATION %d x %s", count, what));
    print("%s", check.report());
    return check.passed();
  }

  private boolean stopAggregators() throws IOException, InterruptedException {
    boolean clean = true;
    for (int i = 0; i < aggregators.size(); i++) {
      AggregatorCounts counts = AggregatorCounts.of(options.urls().get(i));
      print(
          "aggregator %d: %s, peak memory %,d MB",
          i, counts, ProcessStats.peakMegabytes(aggregators.get(i).pid()));
      int status = aggregators.get(i).stop(Duration.ofSeconds(60));
      if (status != 0) {
        print("aggregator %d ended with status %d after SIGTERM", i, status);
      }
      clean &= status == 0 && counts.balanced();
    }
    return clean;
  }

  private static void print(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }
}
