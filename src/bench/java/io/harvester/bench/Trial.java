package io.harvester.bench;

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

/** One trial: load on one or more aggregators, things that break meanwhile, and the reckoning. */
final class Trial {
  private static final Duration PROGRESS = Duration.ofMinutes(2);

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

  /** Runs to the verdict; true if nothing was lost, doubled or answered wrongly. */
  boolean run() throws IOException, InterruptedException, SQLException {
    try {
      startAggregators();
      startSenders();
      disturb();
      boolean drained = drain();
      boolean right = check();
      boolean stopped = stopAggregators();
      return stopped && drained && right && ledger.violations().isEmpty();
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
      throw new IOException("--kill database and outage need --database-kill and --database-start");
    }
    Path log = options.logDir().resolve("commands.log");
    Shell.run(command, log);
  }

  /** Watches for a while that every answer is a 503 with Retry-After. */
  void expectOnly503(Duration duration) throws InterruptedException {
    SortedMap<String, Long> before = ledger.answers();
    Thread.sleep(duration.toMillis());
    ledger
        .answers()
        .forEach(
            (answer, count) -> {
              long during = count - before.getOrDefault(answer, 0L);
              if (during > 0) {
                say("while the database was away: %,d x %s", during, answer);
              }
              if (during > 0 && !answer.equals("503") && !answer.equals("given up early")) {
                ledger.violation(answer + " while the database was away");
              }
            });
  }

  private void startAggregators() throws IOException, InterruptedException {
    for (ServerProcess aggregator : aggregators) {
      aggregator.start();
      aggregator.awaitReady(PROGRESS);
    }
  }

  private void startSenders() {
    Pace pace = new Pace(options.rate() / data.samplesPerRequest());
    for (int i = 0; i < options.connections(); i++) {
      TrialSender sender = new TrialSender(i, options.urls(), data, plan, ledger, pace);
      senders.add(sender);
      sender.start();
    }
  }

  private void disturb() throws IOException, InterruptedException {
    awaitProgress();
    for (int i = 0; i < options.times() && !plan.ended(); i++) {
      long millis = options.every().toMillis();
      Thread.sleep(millis / 2 + (long) (random.nextDouble() * millis));
      Disturbance what = options.disturbances().get(i % options.disturbances().size());
      long before = System.nanoTime();
      what.strike(this);
      awaitProgress();
      long pause = (System.nanoTime() - before) / 1_000_000;
      longestPauseMillis = Math.max(longestPauseMillis, pause);
      if (what != Disturbance.NONE) {
        say("%d/%d %s: acknowledging again after %,d ms", i + 1, options.times(), what, pause);
      }
    }
    if (plan.ended()) {
      ledger.violation("the load ended early: give a longer --past or a lower --rate");
    }
  }

  /** Waits until more requests are acknowledged than could have been under way. */
  private void awaitProgress() throws IOException, InterruptedException {
    int goal = ledger.acknowledgedCount() + options.connections() + 1;
    long end = System.nanoTime() + PROGRESS.toNanos();
    while (ledger.acknowledgedCount() < goal) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "nothing more acknowledged for " + PROGRESS + "; answers so far: " + ledger.answers());
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
      say("NOT ACKNOWLEDGED at the end: %,d requests", open);
    }
    return open == 0;
  }

  private boolean check() throws SQLException, IOException {
    TrialCheck check = new TrialCheck(data, ledger.acknowledged());
    try (Connection database = options.database().connect()) {
      check.run(database);
    }
    say("answers: %s", ledger.answers());
    say("acknowledged again: %,d; connections cut at a COMMIT: %s", ledger.repeats(), proxy.cuts());
    say("longest pause: %,d ms", longestPauseMillis);
    ledger.violations().forEach((what, count) -> say("VIOLATION %d x %s", count, what));
    say("%s", check.report());
    return check.passed();
  }

  private boolean stopAggregators() throws IOException, InterruptedException {
    boolean clean = true;
    for (int i = 0; i < aggregators.size(); i++) {
      AggregatorCounts counts = AggregatorCounts.of(options.urls().get(i));
      say(
          "aggregator %d: %s, peak memory %,d MB",
          i, counts, ProcessStats.peakMegabytes(aggregators.get(i).pid()));
      int status = aggregators.get(i).stop(Duration.ofSeconds(60));
      if (status != 0) {
        say("aggregator %d ended with status %d on SIGTERM", i, status);
      }
      clean &= status == 0 && counts.balanced();
    }
    return clean;
  }

  static void say(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }
}
