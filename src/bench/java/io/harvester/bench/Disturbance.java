package io.harvester.bench;

import java.io.IOException;
import java.time.Duration;

/** What a trial breaks, and how it mends it again. */
enum Disturbance {
  /** SIGKILL of one aggregator, then a new one. */
  AGGREGATOR {
    @Override
    void strike(Trial trial) throws IOException, InterruptedException {
      ServerProcess victim = trial.anyAggregator();
      victim.kill();
      victim.start();
      victim.awaitReady(READY);
    }
  },

  /** SIGKILL of PostgreSQL, then its recovery. */
  DATABASE {
    @Override
    void strike(Trial trial) throws IOException, InterruptedException {
      trial.shell(trial.options().databaseKill());
      trial.shell(trial.options().databaseStart());
    }
  },

  /** One connection to PostgreSQL breaks before, in or after a COMMIT; now and then all at once. */
  CONNECTION {
    @Override
    void strike(Trial trial) throws IOException, InterruptedException {
      trial.proxy().breakNextCommit();
      long end = System.nanoTime() + READY.toNanos();
      while (trial.proxy().armed()) {
        if (System.nanoTime() > end) {
          throw new IOException(
              "no COMMIT went through the proxy; does the aggregator's command use {database}?");
        }
        Thread.sleep(1);
      }
      if (trial.oneIn(4)) {
        trial.proxy().breakAll();
      }
    }
  },

  /** The database is gone for a while: nothing may be answered but 503 with Retry-After. */
  OUTAGE {
    @Override
    void strike(Trial trial) throws IOException, InterruptedException {
      trial.shell(trial.options().databaseKill());
      Thread.sleep(1000);
      trial.expectOnly503(trial.options().outage().minus(Duration.ofSeconds(1)));
      trial.shell(trial.options().databaseStart());
    }
  },

  /** Nothing breaks. */
  NONE {
    @Override
    void strike(Trial trial) {}
  };

  private static final Duration READY = Duration.ofMinutes(2);

  abstract void strike(Trial trial) throws IOException, InterruptedException;
}
