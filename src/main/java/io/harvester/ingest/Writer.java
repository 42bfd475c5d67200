package io.harvester.ingest;

import io.harvester.metrics.IngestMetrics;
import io.harvester.metrics.Kind;
import io.harvester.series.Node;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer thread: takes what has gathered, writes it in one transaction, answers. While it
 * writes, the next batch gathers by itself; nobody waits for a clock.
 *
 * <p>A batch that fails is not lost as a whole. The ladder: again (lost race), again with every
 * sample compared (a row was there already), each request alone, half of it, the guilty row.
 */
final class Writer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final int TRANSIENT_TRIES = 5;

  private final FairQueue<PendingWrite> queue = new FairQueue<>();
  private final SampleStore.Session session;
  private final BatchPlan plan;
  private final SeriesCache cache;
  private final IngestMetrics metrics;
  private final PendingWrite.Finisher finisher;
  private final int batchSamples;
  private final List<PendingWrite> batch = new ArrayList<>();
  private int parts;
  private PendingWrite carriedOver;

  Writer(
      int index,
      int writers,
      int batchSamples,
      SampleStore.Session session,
      NodeRegistry registry,
      SeriesCache cache,
      IngestMetrics metrics,
      PendingWrite.Finisher finisher) {
    this.session = session;
    this.plan = new BatchPlan(registry, index, writers);
    this.cache = cache;
    this.metrics = metrics;
    this.finisher = finisher;
    this.batchSamples = batchSamples;
  }

  /** Hands over a request; its place in the queue was bounded by {@link Admission}. */
  void submit(PendingWrite write) {
    queue.put(write.turn(), write);
  }

  /** Writes what is queued, then ends. */
  void stop() {
    queue.close();
  }

  int queued() {
    return queue.size();
  }

  @Override
  public void run() {
    try (session) {
      while (gather()) {
        write(batch);
        batch.clear();
        parts = 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a first request, then takes what else is there; false: stopped. */
  private boolean gather() throws InterruptedException {
    PendingWrite first = carriedOver == null ? queue.take() : carriedOver;
    carriedOver = null;
    if (first == null) {
      return false;
    }
    add(first);
    gatherMore();
    return true;
  }

  private void gatherMore() {
    while (parts < batchSamples && carriedOver == null) {
      PendingWrite next = queue.poll();
      if (next == null) {
        return;
      }
      if (tableOf(next) == tableOf(batch.get(0)) && parts + next.parts() <= batchSamples) {
        add(next);
      } else {
        carriedOver = next; // memory is kept per table: a batch must not span two
      }
    }
  }

  private void add(PendingWrite write) {
    batch.add(write);
    parts += write.parts();
  }

  private static Object tableOf(PendingWrite write) {
    return write.workspace().resolution.table();
  }

  private void write(List<PendingWrite> requests) {
    write(requests, 0, Integer.MAX_VALUE);
    for (PendingWrite write : requests) {
      try {
        write.partDone(finisher);
      } catch (RuntimeException | Error e) { // the others wait for their answers
        LOG.error("a request was not answered", e);
      }
    }
  }

  private void write(List<PendingWrite> requests, int from, int to) {
    boolean compareAll = false;
    for (int attempt = 1; ; attempt++) {
      try {
        transact(requests, from, to, compareAll);
        return;
      } catch (RuntimeException | Error e) { // must not end the thread and strand every sender
        LOG.error("node={} batch of {} requests failed", nodeNames(), requests.size(), e);
        plan.forget();
        fail(requests, from, to, "internal error, see the aggregator's log");
        return;
      } catch (StoreException e) {
        plan.forget();
        switch (e.kind()) {
          case TRANSIENT, TAKEN_OVER -> {
            if (attempt >= TRANSIENT_TRIES) {
              fail(requests, from, to, e.getMessage());
              return;
            }
          }
          case ALREADY_STORED -> {
            if (compareAll) {
              divide(requests, from, to, e);
              return;
            }
            compareAll = true;
          }
          case PERMANENT -> {
            divide(requests, from, to, e);
            return;
          }
          default -> {
            giveUp(requests, from, to, e);
            return;
          }
        }
        metrics.retried(e.kind().name().toLowerCase(java.util.Locale.ROOT));
        LOG.info("node={} write tried again: {}", nodeNames(), e.getMessage());
      }
    }
  }

  private void transact(List<PendingWrite> requests, int from, int to, boolean compareAll)
      throws StoreException {
    long start = System.nanoTime();
    plan.target(requests, from, to, compareAll);
    Rows ahead = plan.planAhead();
    if (ahead != null) {
      session.write(ahead);
    } else {
      session.transact(plan.nodeIds(), plan);
    }
    metrics.committed(plan.rowCount(), Duration.ofNanos(System.nanoTime() - start));
    metrics.compared(plan.compared());
    if (compareAll) {
      plan.forget(); // rows were stored without being remembered
    }
    for (int i = 0; i < requests.size(); i++) {
      for (Kind kind : Kind.values()) {
        requests.get(i).committed(kind, plan.tally(kind, i));
      }
    }
  }

  /** The next rung of the ladder: each request alone, then halves, then the guilty part. */
  private void divide(List<PendingWrite> requests, int from, int to, StoreException e) {
    metrics.retried("divided");
    if (requests.size() > 1) {
      for (PendingWrite write : requests) {
        write(List.of(write), from, to);
      }
      return;
    }
    PendingWrite write = requests.get(0);
    int end = Math.min(to, write.parts());
    if (end - from > 1) {
      int middle = (from + end) >>> 1;
      write(requests, from, middle);
      write(requests, middle, end);
    } else if (plan.countOf(write, write.kind(from), from, end) > 0) {
      LOG.warn("node={} refused by the database: {}", nodeNames(), e.getMessage());
      write.refuse(from, nodeNames(), "refused by the database", e.getMessage());
    }
  }

  private void giveUp(List<PendingWrite> requests, int from, int to, StoreException e) {
    if (e.kind() == StoreException.Kind.NODE_GONE) {
      cache.forget(plan.table());
    }
    LOG.warn("node={} {} requests not stored: {}", nodeNames(), requests.size(), e.getMessage());
    fail(requests, from, to, e.getMessage());
  }

  private void fail(List<PendingWrite> requests, int from, int to, String why) {
    for (PendingWrite write : requests) {
      for (Kind kind : Kind.values()) {
        write.failed(kind, plan.countOf(write, kind, from, to), why);
      }
    }
  }

  private String nodeNames() {
    Node[] nodes = plan.nodes();
    if (nodes.length == 1) {
      return nodes[0].name();
    }
    return nodes.length == 0 ? "-" : nodes[0].name() + "(+" + (nodes.length - 1) + ")";
  }
}
