package io.harvester.ingest.writer;

import io.harvester.ingest.dedup.Deduplicator;
import io.harvester.ingest.request.Failures;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.metrics.IngestMetrics;
import io.harvester.series.Node;
import io.harvester.series.SeriesCache;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;
import io.harvester.storage.StoreException;
import io.harvester.wire.DataKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch in one transaction. One that fails is not lost as a whole. The ladder: again (lost
 * race), again with every sample compared (a row was there already), each request alone, half of
 * it, the guilty row.
 */
public final class TransactionLadder {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionLadder.class);
  private static final int TRANSIENT_TRIES = 5;

  private final SampleStore.Session session;
  private final Deduplicator plan;
  private final SeriesCache cache;
  private final IngestMetrics metrics;
  private List<SampleStore.Commit> commits = new ArrayList<>(1);

  public TransactionLadder(
      SampleStore.Session session, Deduplicator plan, SeriesCache cache, IngestMetrics metrics) {
    this.session = session;
    this.plan = plan;
    this.cache = cache;
    this.metrics = metrics;
  }

  /** Writes of each request the parts [from, to), and notes in each what became of them. */
  void write(List<PendingWrite> requests, int from, int to) {
    boolean compareAll = false;
    for (int attempt = 1; ; attempt++) {
      try {
        transact(requests, from, to, compareAll);
        return;
      } catch (RuntimeException | Error e) { // must not end the thread and strand every sender
        LOG.error("node={} batch of {} requests failed", nodeNames(), requests.size(), e);
        plan.forget();
        fail(requests, from, to, Failures.INTERNAL);
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
        metrics.retried(e.kind().name().toLowerCase(Locale.ROOT));
        LOG.info("node={} write tried again: {}", nodeNames(), e.getMessage());
      }
    }
  }

  private void transact(List<PendingWrite> requests, int from, int to, boolean compareAll)
      throws StoreException {
    long start = System.nanoTime();
    plan.target(requests, from, to, compareAll);
    SampleBatch ahead = plan.planAhead();
    commits.add(ahead != null ? session.write(ahead) : session.transact(plan.nodeIds(), plan));
    metrics.committed(plan.rowCount(), Duration.ofNanos(System.nanoTime() - start));
    metrics.compared(plan.compared());
    if (compareAll) {
      plan.forget(); // rows were stored without being remembered
    }
    for (int i = 0; i < requests.size(); i++) {
      for (DataKind kind : DataKind.values()) {
        requests.get(i).committed(kind, plan.tally(kind, i));
      }
    }
  }

  /** What was committed since this was last asked, and may not be on disk yet. */
  List<SampleStore.Commit> commits() {
    List<SampleStore.Commit> taken = commits;
    commits = new ArrayList<>(1);
    return taken;
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

  /** Parts [from, to) of each request are not stored, but a retry may succeed. */
  void fail(List<PendingWrite> requests, int from, int to, String why) {
    for (PendingWrite write : requests) {
      for (DataKind kind : DataKind.values()) {
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
