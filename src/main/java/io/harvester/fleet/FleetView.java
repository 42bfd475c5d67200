// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

import io.harvester.query.engine.QueryEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The state of all nodes, shared by all viewers. Nothing is computed without a viewer. */
public final class FleetView implements AutoCloseable {
  private static final Duration STATES = Duration.ofSeconds(5);
  private static final Duration VITALS = Duration.ofSeconds(15);

  /** One for what is shared, one for what a single asker wants. */
  private static final int THREADS = 3;

  private final FleetSource source;
  private final ThreadPoolExecutor threads;
  private final Shared<States> states;
  private final Shared<Vitals> vitals;
  private final AtomicLong computations = new AtomicLong();
  private Snapshot last;

  private record States(long time, List<FleetNode> nodes) {}

  /**
   * A view.
   *
   * @param nodeLabel the label that names the node
   */
  public FleetView(FleetSource source, QueryEngine engine, String nodeLabel) {
    this.source = source;
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(1_000),
            task -> {
              Thread thread = new Thread(task, "fleet-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    VitalsReader reader = new VitalsReader(engine, nodeLabel);
    states = new Shared<>(before -> states(), STATES, threads);
    vitals =
        new Shared<>(
            before ->
                reader.read(before == null ? Vitals.NONE : before, System.currentTimeMillis()),
            VITALS,
            threads);
  }

  private States states() throws Exception {
    computations.incrementAndGet();
    return new States(System.currentTimeMillis(), source.nodes());
  }

  /**
   * All nodes: states are five seconds old at most, numbers fifteen, unless they take longer. The
   * first to ask gets no numbers: they take longer than the list of nodes.
   */
  public CompletionStage<Snapshot> current() {
    Vitals numbers = vitals.newest().orElse(Vitals.NONE);
    return states.fresh().thenApply(now -> snapshot(now, numbers));
  }

  @SuppressWarnings("ReferenceEquality") // each computation makes new ones
  private synchronized Snapshot snapshot(States now, Vitals numbers) {
    if (last == null || last.nodes() != now.nodes() || last.vitals() != numbers) {
      last = new Snapshot(now.time(), now.nodes(), numbers);
    }
    return last;
  }

  /** What only the database knows. */
  public FleetSource source() {
    return source;
  }

  /** Runs what blocks, for one asker. */
  public ThreadPoolExecutor threads() {
    return threads;
  }

  /** How often the states of all nodes were read. */
  public long computations() {
    return computations.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
