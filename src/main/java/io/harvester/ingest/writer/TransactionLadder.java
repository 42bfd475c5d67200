// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.writer;

import io.harvester.ingest.dedup.Deduplicator;
import io.harvester.ingest.request.Failures;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.metrics.IngestMetrics;
import io.harvester.series.Node;
import io.harvester.series.SeriesCache;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.SampleStore.Session;
import io.harvester.storage.SampleStore.Transaction;
import io.harvester.storage.StoreException;
import io.harvester.wire.DataKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch in one transaction, and isolates what makes it fail. The rungs of the ladder:
 * retry (lost race), retry with every sample compared (a row was stored already), each request
 * alone, each half of a request, the single row that cannot be stored.
 */
public final class TransactionLadder {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionLadder.class);
  private static final int MAX_TRANSIENT_TRIES = 5;

  private final Session session;
  private final Deduplicator deduplicator;
  private final SeriesCache cache;
  private final IngestMetrics metrics;

  /** Creates the ladder of one writer; {@code cache} drops a table whose nodes were removed. */
  public TransactionLadder(
      Session session, Deduplicator deduplicator, SeriesCache cache, IngestMetrics metrics) {
    this.session = session;
    this.deduplicator = deduplicator;
    this.cache = cache;
    this.metrics = metrics;
  }

  /**
   * Writes the data points {@code [from, to)} of each request, and records in each request what
   * became of them.
   *
   * @return the commits to wait for before the requests are answered
   */
  List<Commit> write(List<PendingWrite> requests, int from, int to) {
    List<Commit> commits = new ArrayList<>(1);
    write(requests, from, to, commits);
    deduplicator.end();
    return commits;
  }

  private void write(List<PendingWrite> requests, int from, int to, List<Commit> commits) {
    boolean compareAll = false;
    for (int attempt = 1; ; attempt++) {
      try {
        commits.add(transact(requests, from, to, compareAll));
        return;
      } catch (RuntimeException | Error e) { // must not end the thread: senders would wait forever
        LOG.error("node={} batch of {} requests failed", nodeNames(), requests.size(), e);
        deduplicator.forget();
        fail(requests, from, to, Failures.INTERNAL);
        return;
      } catch (StoreException e) {
        deduplicator.forget();
        switch (e.kind()) {
          case TRANSIENT, TAKEN_OVER -> {
            if (attempt >= MAX_TRANSIENT_TRIES) {
              fail(requests, from, to, e.getMessage());
              return;
            }
          }
          case ALREADY_STORED -> {
            if (compareAll) {
              divide(requests, from, to, e, commits);
              return;
            }
            compareAll = true;
          }
          case PERMANENT, TOO_LARGE -> {
            divide(requests, from, to, e, commits);
            return;
          }
          default -> {
            giveUp(requests, from, to, e);
            return;
          }
        }
        metrics.retried(e.kind().name().toLowerCase(Locale.ROOT));
        LOG.info("node={} write retried: {}", nodeNames(), e.getMessage());
      }
    }
  }

  private Commit transact(List<PendingWrite> requests, int from, int to, boolean compareAll)
      throws StoreException {
    long start = System.nanoTime();
    deduplicator.start(requests, from, to, compareAll);
    Commit commit =
        deduplicator.decideFromMemory() ? session.write(deduplicator.batch()) : writeLocked();
    metrics.committed(deduplicator.batch().count(), Duration.ofNanos(System.nanoTime() - start));
    metrics.compared(deduplicator.compared());
    if (compareAll) {
      deduplicator.forget(); // rows were stored without being remembered
    }
    for (int i = 0; i < requests.size(); i++) {
      for (DataKind kind : DataKind.values()) {
        requests.get(i).committed(kind, deduplicator.outcomes(kind, i));
      }
    }
    return commit;
  }

  private Commit writeLocked() throws StoreException {
    try (Transaction transaction = session.begin(deduplicator.nodeIds())) {
      deduplicator.decide(transaction.locked(), transaction.stored());
      transaction.store(deduplicator.batch());
      return transaction.commit();
    }
  }

  /** The next rung: each request alone, then halves of it, then the single data point. */
  private void divide(
      List<PendingWrite> requests, int from, int to, StoreException e, List<Commit> commits) {
    metrics.retried("divided");
    if (requests.size() > 1) {
      for (PendingWrite write : requests) {
        write(List.of(write), from, to, commits);
      }
      return;
    }
    PendingWrite write = requests.get(0);
    int end = Math.min(to, write.dataPoints());
    if (end - from > 1) {
      int middle = (from + end) >>> 1;
      write(requests, from, middle, commits);
      write(requests, middle, end, commits);
    } else if (e.kind() == StoreException.Kind.TOO_LARGE) {
      giveUp(requests, from, to, e); // the server is short of memory, whatever it is sent
    } else if (deduplicator.count(write, write.kind(from), from, end) > 0) {
      LOG.warn("node={} refused by the database: {}", nodeNames(), e.getMessage());
      write.reject(from, nodeNames(), "refused by the database", e.getMessage());
    }
  }

  private void giveUp(List<PendingWrite> requests, int from, int to, StoreException e) {
    if (e.kind() == StoreException.Kind.NODE_GONE) {
      cache.forget(deduplicator.table());
    }
    LOG.warn("node={} {} requests not stored: {}", nodeNames(), requests.size(), e.getMessage());
    fail(requests, from, to, e.getMessage());
  }

  /** Counts the data points {@code [from, to)} of each request as failed: a retry may succeed. */
  void fail(List<PendingWrite> requests, int from, int to, String why) {
    for (PendingWrite write : requests) {
      for (DataKind kind : DataKind.values()) {
        write.failed(kind, deduplicator.count(write, kind, from, to), why);
      }
    }
  }

  private String nodeNames() {
    Node[] nodes = deduplicator.nodes();
    if (nodes.length == 1) {
      return nodes[0].name();
    }
    return nodes.length == 0 ? "-" : nodes[0].name() + "(+" + (nodes.length - 1) + ")";
  }
}
