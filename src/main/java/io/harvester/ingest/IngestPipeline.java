package io.harvester.ingest;

import io.harvester.ingest.dedup.Deduplicator;
import io.harvester.ingest.dedup.StoredKeyCache;
import io.harvester.ingest.request.Failures;
import io.harvester.ingest.request.FairExecutor;
import io.harvester.ingest.request.ForeignNodeException;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.ReceivedRequest;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.Workspace;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.ingest.writer.Acknowledger;
import io.harvester.ingest.writer.TransactionLadder;
import io.harvester.ingest.writer.Writer;
import io.harvester.metrics.IngestMetrics;
import io.harvester.quota.NodeRates;
import io.harvester.quota.SeriesBudget;
import io.harvester.series.CatalogException;
import io.harvester.series.Node;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.MetadataStore;
import io.harvester.storage.Outcomes;
import io.harvester.storage.RejectionLog;
import io.harvester.storage.SampleStore;
import io.harvester.wire.DataKind;
import io.harvester.wire.MalformedRequestException;
import io.harvester.wire.RemoteWriteDecoder;
import io.harvester.wire.RequestTooLargeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * From request bytes to the outcome of their commit: {@code decode-n} threads decode and resolve,
 * {@code catalog-n} threads register what is new, {@code writer-n} threads write, {@code flush-n}
 * threads answer. A request waits for the catalog without holding up requests whose series are
 * known.
 */
public final class IngestPipeline implements AutoCloseable {
  /** In {@code rejected_sample}: counts requests, for nobody looks into them. Nothing is lost. */
  private static final String OVER_RATE = "over the rate quota, asked to retry (requests)";

  private final FairExecutor decoders;
  private final FairExecutor registrars;
  private final List<Writer> writers = new ArrayList<>();
  private final List<Thread> writerThreads = new ArrayList<>();
  private final ThreadLocal<DecodeStage> decodeStage;
  private final RegisterStage registerStage;
  private final NodeScopes scopes = new NodeScopes();
  private final Workspace.Pool workspaces = new Workspace.Pool();
  private final Parts parts;

  /**
   * What the pipeline is made of.
   *
   * @param decoder one shared decoder; it keeps no state between requests
   * @param resolver finds and registers series
   * @param nodes nodes by index
   * @param cache what {@code NODE_GONE} clears
   * @param store where samples go
   * @param metadata where metadata goes
   * @param rejectionLog where refusals go
   * @param times which timestamps can be stored
   * @param budget how many series each node may have
   * @param rates how much each sender may send
   * @param metrics what is counted
   */
  public record Parts(
      RemoteWriteDecoder decoder,
      SeriesResolver resolver,
      NodeRegistry nodes,
      SeriesCache cache,
      SampleStore store,
      MetadataStore metadata,
      RejectionLog rejectionLog,
      SampleTimes times,
      SeriesBudget budget,
      NodeRates rates,
      IngestMetrics metrics) {}

  /** How many threads of each kind, and how large a batch may grow. */
  public record Threads(int decoders, int registrars, int writers, int batchSamples) {}

  /** Builds the pipeline and starts its threads. */
  public IngestPipeline(Parts parts, Threads threads) {
    this.parts = parts;
    decoders = new FairExecutor("decode-", threads.decoders(), threads.decoders());
    registrars = new FairExecutor("catalog-", threads.registrars(), perSender(threads));
    registerStage = new RegisterStage(parts);
    decodeStage = ThreadLocal.withInitial(() -> new DecodeStage(parts, scopes, workspaces));
    for (int i = 0; i < threads.writers(); i++) {
      writers.add(writer(i, threads));
      writerThreads.add(new Thread(writers.get(i), "writer-" + i));
      writerThreads.get(i).start();
    }
  }

  /** New series are costly: half of the connections for them are for everybody else. */
  private static int perSender(Threads threads) {
    return Math.max(1, threads.registrars() / 2);
  }

  private Writer writer(int index, Threads threads) {
    SampleStore.Session session = parts.store().open("writer-" + index);
    Deduplicator plan =
        new Deduplicator(
            parts.nodes(), index, threads.writers(), StoredKeyCache.of(threads.writers()));
    TransactionLadder ladder = new TransactionLadder(session, plan, parts.cache(), parts.metrics());
    Acknowledger acknowledger = new Acknowledger("flush-" + index, this::finish, parts.metrics());
    return new Writer(session, ladder, threads.batchSamples(), acknowledger);
  }

  /** Takes a request; the consumer is told once, on a thread of ours, when all is certain. */
  public void submit(ReceivedRequest request, Consumer<WriteOutcome> whenCertain) {
    AtomicBoolean answered = new AtomicBoolean();
    Consumer<WriteOutcome> answer =
        outcome -> {
          if (answered.compareAndSet(false, true)) {
            request.ticket().close();
            whenCertain.accept(outcome);
          }
        };
    execute(
        decoders,
        request.sender(),
        () -> decode(request, answer),
        e -> answer.accept(Failures.outcome(request, e)));
  }

  /** Seconds until a sender that is over its rate may come again; 0: now. Recorded if not now. */
  public long secondsToWait(String sender) {
    long wait = parts.rates().secondsToWait(sender);
    if (wait > 0) {
      parts
          .rejectionLog()
          .report(
              new RejectionLog.Rejection(
                  sender, "", OVER_RATE, parts.rates().explain(sender), 0, 1));
    }
    return wait;
  }

  /** Requests that wait for a writer. */
  public int queued() {
    return writers.stream().mapToInt(Writer::queued).sum();
  }

  private void decode(ReceivedRequest request, Consumer<WriteOutcome> answer)
      throws MalformedRequestException, RequestTooLargeException, ForeignNodeException {
    DecodeStage.Result result = decodeStage.get().decode(request, answer);
    if (result instanceof DecodeStage.Refused refused) {
      answer.accept(refused.outcome());
    } else if (result instanceof DecodeStage.Complete complete) {
      dispatch(complete.write());
    } else if (result instanceof DecodeStage.Incomplete incomplete) {
      execute(
          registrars,
          request.sender(),
          () -> register(request, incomplete),
          e -> abandon(request, incomplete.write(), e));
    } else if (result instanceof DecodeStage.Failed failed) {
      abandon(request, failed.write(), failed.cause());
    }
  }

  private void register(ReceivedRequest request, DecodeStage.Incomplete incomplete)
      throws CatalogException {
    PendingWrite write = incomplete.write();
    try {
      registerStage.register(request, incomplete);
    } catch (ForeignNodeException e) {
      workspaces.giveBack(write.workspace());
      write.answer(Failures.outcome(request, e));
      return;
    }
    dispatch(write);
  }

  /** Runs a step; whatever it throws becomes an answer, for a sender must never wait in vain. */
  private static void execute(
      FairExecutor executor, Sender sender, Step step, Consumer<Throwable> ifNot) {
    try {
      executor.execute(
          sender.turn(),
          () -> {
            try {
              step.run();
            } catch (Exception | Error e) {
              ifNot.accept(e);
            }
          });
    } catch (RejectedExecutionException e) {
      ifNot.accept(e);
    }
  }

  /** The request got no further than this; its workspace is not used again. */
  private void abandon(ReceivedRequest request, PendingWrite write, Throwable e) {
    write.abandon(Failures.reason(request, e));
    try {
      count(write);
    } finally {
      write.answer(write.result());
    }
  }

  private void dispatch(PendingWrite write) {
    List<Writer> involved = new ArrayList<>(1);
    for (Node node : write.workspace().resolution.nodes()) {
      Writer writer = writers.get(node.writer(writers.size()));
      if (!involved.contains(writer)) {
        involved.add(writer);
      }
    }
    if (involved.isEmpty()) {
      finish(write);
      return;
    }
    write.split(involved.size());
    involved.forEach(writer -> writer.submit(write));
  }

  private void finish(PendingWrite write) {
    WriteOutcome result = write.result();
    try {
      count(write);
    } finally {
      workspaces.giveBack(write.workspace());
      write.answer(result);
    }
  }

  private void count(PendingWrite write) {
    for (DataKind kind : DataKind.values()) {
      Outcomes of = write.tally(kind);
      parts.metrics().answered(kind, of.stored, of.duplicates, of.conflicts, of.failed);
      write
          .rejections()
          .byReason(kind)
          .forEach((reason, count) -> parts.metrics().rejected(kind, reason, count));
    }
    write.rejections().culprits().forEach(parts.rejectionLog()::report);
  }

  /** Finishes what was accepted. Nothing may be submitted any more. */
  public void drain(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    decoders.shutdown();
    boolean inTime = decoders.awaitTermination(timeout);
    registrars.shutdown();
    inTime &= registrars.awaitTermination(Duration.ofNanos(left(deadline)));
    writers.forEach(Writer::stop);
    for (Thread thread : writerThreads) {
      thread.join(Math.max(1, left(deadline) / 1_000_000));
      inTime &= !thread.isAlive();
    }
    if (!inTime) {
      close();
    }
  }

  private static long left(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }

  /** Stops at once: whatever is not committed stays unanswered, and its sender tries again. */
  @Override
  public void close() {
    decoders.shutdownNow();
    registrars.shutdownNow();
    writerThreads.forEach(Thread::interrupt);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }
}
