// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.tool.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** What a trial breaks and how it recovers. */
enum FaultInjection {
  /** Kills an aggregator with SIGKILL and starts it again. */
  AGGREGATOR {
    @Override
    void inject(Trial trial) throws IOException, InterruptedException {
      ServerProcess aggregator = trial.anyAggregator();
      aggregator.kill();
      aggregator.start();
      aggregator.awaitReady(TIMEOUT);
    }
  },

  /** Kills PostgreSQL with SIGKILL and starts it again. */
  DATABASE {
    @Override
    void inject(Trial trial) throws IOException, InterruptedException {
      trial.shell(trial.options().databaseKill());
      trial.shell(trial.options().databaseStart());
    }
  },

  /** Breaks a connection to PostgreSQL before, during or after a COMMIT; every fourth time, all. */
  CONNECTION {
    @Override
    void inject(Trial trial) throws IOException, InterruptedException {
      trial.proxy().breakNextCommit();
      long end = System.nanoTime() + TIMEOUT.toNanos();
      while (trial.proxy().armed()) {
        if (System.nanoTime() > end) {
          throw new IOException(
              "no COMMIT passed the proxy; does --aggregator-start contain {database}?");
        }
        Thread.sleep(1);
      }
      if (trial.oneIn(4)) {
        trial.proxy().breakAll();
      }
    }
  },

  /** Stops the database for a while; meanwhile every response must be a 503 with Retry-After. */
  OUTAGE {
    @Override
    void inject(Trial trial) throws IOException, InterruptedException {
      trial.shell(trial.options().databaseKill());
      Thread.sleep(1000);
      trial.expectOnly503(trial.options().outage().minus(Duration.ofSeconds(1)));
      trial.shell(trial.options().databaseStart());
    }
  },

  /** Breaks nothing. */
  NONE {
    @Override
    void inject(Trial trial) {}
  };

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  abstract void inject(Trial trial) throws IOException, InterruptedException;
}
