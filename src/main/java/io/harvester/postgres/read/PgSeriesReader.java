// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.read.DetailReader;
import io.harvester.read.Matcher;
import io.harvester.read.RollupReader;
import io.harvester.read.SeriesIndex;
import io.harvester.read.SeriesReader;
import io.harvester.read.SeriesSelection;
import io.harvester.storage.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Reads series from PostgreSQL: finds them in the index, and fetches their samples in groups, each
 * on a thread and a connection of its own. Groups bound the memory of a query.
 */
public final class PgSeriesReader implements SeriesReader, AutoCloseable {
  /** Nothing is stored before 1970, and no clock is ahead of the year 9999. */
  private static final long EARLIEST = 0;

  private static final long LATEST = 253_402_300_799_999L;

  private final ReadConnections connections;
  private final SeriesIndex index;
  private final CatalogFeed feed;
  private final SampleSource source;
  private final HistogramSource histograms = new HistogramSource();
  private final RollupReader rollups;
  private final ExecutorService threads;
  private final int parallel;

  /**
   * A reader of one database.
   *
   * @param nodeLabel the label that names the node
   * @param source fetches samples from the tables of the tier
   * @param parallel number of threads and connections
   */
  public PgSeriesReader(Jdbc jdbc, String nodeLabel, SampleSource source, int parallel) {
    this.connections = new ReadConnections(jdbc, source, parallel);
    this.index = new SeriesIndex(nodeLabel);
    this.feed = new CatalogFeed(index);
    this.source = source;
    this.parallel = parallel;
    this.rollups = new PgRollupReader(connections, this);
    this.threads =
        Executors.newFixedThreadPool(
            parallel,
            task -> {
              Thread thread = new Thread(task, "reader");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The index of label sets, for metrics. */
  public SeriesIndex index() {
    return index;
  }

  /** Reads what is stored beside samples, on the same connections. */
  public DetailReader details() {
    return new PgDetailReader(connections, this);
  }

  @Override
  public RollupReader rollups() {
    return rollups;
  }

  /** Tells that this process has registered series: the next query finds them. */
  public void seriesAdded() {
    feed.seriesAdded();
    histograms.forget();
  }

  /** Forgets all ids: the URL leads to another database than before. */
  public void forget() {
    feed.reset();
  }

  @Override
  public SeriesSelection find(List<Matcher> matchers, long since) throws StoreException {
    return updated().select(matchers, since);
  }

  @Override
  public Set<String> labelNames(List<Matcher> matchers, long since) throws StoreException {
    return updated().labelNames(matchers, since);
  }

  @Override
  public Set<String> labelValues(String label, List<Matcher> matchers, long since)
      throws StoreException {
    return updated().labelValues(label, matchers, since);
  }

  private SeriesIndex updated() throws StoreException {
    if (feed.isDue()) {
      try {
        connections.use(feed::update);
      } catch (SQLException e) {
        throw SqlErrors.translate("series cannot be read", e);
      }
    }
    return index;
  }

  @Override
  public void read(
      List<Matcher> matchers, long from, long to, Visitor visitor, BooleanSupplier cancelled)
      throws StoreException {
    SeriesSelection selection = find(matchers, Long.MIN_VALUE);
    if (selection.count() > 0 && from <= to) {
      readSelected(selection, Math.max(from, EARLIEST), Math.min(to, LATEST), visitor, cancelled);
    }
  }

  private void readSelected(
      SeriesSelection selection, long from, long to, Visitor visitor, BooleanSupplier cancelled)
      throws StoreException {
    AtomicBoolean failed = new AtomicBoolean();
    BooleanSupplier stop =
        () -> failed.get() || cancelled.getAsBoolean() || Thread.currentThread().isInterrupted();
    Object oneAtATime = new Object();
    List<Future<?>> running = new ArrayList<>();
    List<int[]> groups = new SeriesGroups(selection, parallel).within(from, to);
    for (int[] members : groups) {
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                if (stop.getAsBoolean()) {
                  return null;
                }
                SeriesGroup group = new SeriesGroup(selection, members);
                connections.use(
                    connection -> {
                      source.read(connection, group, from, to, stop);
                      histograms.read(connection, group, from, to, stop);
                    });
                if (!stop.getAsBoolean()) {
                  synchronized (oneAtATime) {
                    group.passTo(visitor);
                  }
                }
                return null;
              });
      running.add(task);
      if (groups.size() == 1) {
        task.run(); // another thread would only take the time of a switch
      } else {
        threads.execute(task);
      }
    }
    await(running, failed);
  }

  /** Waits for all groups, also after one has failed: none must call the visitor later. */
  private static void await(List<Future<?>> running, AtomicBoolean failed) throws StoreException {
    Throwable first = null;
    boolean interrupted = false;
    for (Future<?> group : running) {
      boolean done = false;
      while (!done) {
        try {
          group.get();
          done = true;
        } catch (InterruptedException e) {
          interrupted = true;
          failed.set(true);
        } catch (ExecutionException e) {
          failed.set(true);
          done = true;
          first = first == null ? e.getCause() : first;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (first instanceof SQLException e) {
      throw SqlErrors.translate("samples cannot be read", e);
    } else if (first != null) {
      throw new IllegalStateException("reading failed", first);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    connections.close();
  }
}
