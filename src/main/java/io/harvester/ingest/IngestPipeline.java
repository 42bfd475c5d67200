// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.dedup.Deduplicator;
import io.harvester.ingest.dedup.StoredKeyCache;
import io.harvester.ingest.request.Failures;
import io.harvester.ingest.request.FairExecutor;
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
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.MetadataStore;
import io.harvester.storage.RejectionLog;
import io.harvester.storage.SampleStore;
import io.harvester.wire.RemoteWriteDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * From request bytes to the outcome of their commit: {@code decode-n} threads decode and resolve,
 * {@code catalog-n} threads register what is new and create missing chunks, {@code writer-n}
 * threads write, {@code flush-n} threads answer. Requests of known series do not wait for those
 * that need the catalog.
 */
public final class IngestPipeline implements AutoCloseable {
  private final FairExecutor decoders;
  private final FairExecutor registrars;
  private final List<Writer> writers = new ArrayList<>();
  private final List<Thread> writerThreads = new ArrayList<>();
  private final Workspace.Pool workspaces = new Workspace.Pool();
  private final DecodeStage decodeStage;
  private final RegisterStage registerStage;
  private final PrepareStage prepareStage;
  private final RequestAccounts accounts;

  /**
   * What the pipeline works with.
   *
   * @param decoder stateless, shared by all threads
   * @param resolver finds and registers series
   * @param cache drops a series table whose nodes were removed from the catalog
   * @param store stores samples
   * @param metadata stores metric metadata
   * @param rejectionLog keeps rejections for operators
   * @param times which timestamps can be stored
   * @param budget number of series that each node may have
   * @param rates samples and bytes that each sender may send
   * @param metrics counts data points
   */
  public record Dependencies(
      RemoteWriteDecoder decoder,
      SeriesResolver resolver,
      SeriesCache cache,
      SampleStore store,
      MetadataStore metadata,
      RejectionLog rejectionLog,
      SampleTimes times,
      SeriesBudget budget,
      NodeRates rates,
      IngestMetrics metrics) {}

  /** Number of threads of each kind, and number of data points that a batch may grow to. */
  public record Threads(int decoders, int registrars, int writers, int batchSamples) {}

  /** Builds the pipeline and starts its threads. */
  public IngestPipeline(Dependencies with, Threads threads) {
    accounts = new RequestAccounts(with.metrics(), with.rejectionLog());
    Ownership ownership = new Ownership(accounts);
    StoredMetadata storedMetadata = new StoredMetadata();
    decodeStage =
        new DecodeStage(
            with.decoder(),
            with.resolver(),
            ownership,
            new MetadataCollector(storedMetadata),
            with.rates(),
            accounts,
            workspaces);
    registerStage =
        new RegisterStage(
            with.resolver(),
            ownership,
            with.metadata(),
            storedMetadata,
            new RejectionReasons(with.resolver().limits(), with.budget()),
            with.metrics());
    prepareStage = new PrepareStage(with.times(), with.resolver(), with.store().chunks());
    decoders = new FairExecutor("decode-", threads.decoders(), threads.decoders());
    registrars = new FairExecutor("catalog-", threads.registrars(), perSender(threads));
    for (int i = 0; i < threads.writers(); i++) {
      writers.add(writer(i, with, threads));
      writerThreads.add(new Thread(writers.get(i), "writer-" + i));
      writerThreads.get(i).start();
    }
  }

  /** Registering series is expensive: one sender uses at most half of the connections. */
  private static int perSender(Threads threads) {
    return Math.max(1, threads.registrars() / 2);
  }

  private Writer writer(int index, Dependencies with, Threads threads) {
    SampleStore.Session session = with.store().open("writer-" + index);
    Deduplicator deduplicator =
        new Deduplicator(index, threads.writers(), StoredKeyCache.of(threads.writers()));
    TransactionLadder ladder =
        new TransactionLadder(session, deduplicator, with.cache(), with.metrics());
    Acknowledger acknowledger = new Acknowledger("flush-" + index, this::finish, with.metrics());
    return new Writer(
        session, ladder, threads.batchSamples(), with.store().chunks()::span, acknowledger);
  }

  /**
   * Takes a request.
   *
   * @param whenDone receives the outcome once, on a thread of the pipeline
   */
  public void submit(ReceivedRequest request, Consumer<WriteOutcome> whenDone) {
    AtomicBoolean answered = new AtomicBoolean();
    Consumer<WriteOutcome> answer =
        outcome -> {
          if (answered.compareAndSet(false, true)) {
            request.ticket().close();
            whenDone.accept(outcome);
          }
        };
    execute(
        decoders,
        request.sender(),
        () -> decode(request, answer),
        e -> answer.accept(Failures.outcome(request, e)));
  }

  /** Number of requests that wait for a writer. */
  public int queued() {
    return writers.stream().mapToInt(Writer::queued).sum();
  }

  private void decode(ReceivedRequest request, Consumer<WriteOutcome> answer) {
    DecodeResult result = decodeStage.decode(request, answer);
    if (result instanceof DecodeResult.Answered answered) {
      answer.accept(answered.outcome());
    } else if (result instanceof DecodeResult.Resolved resolved) {
      prepareAndDispatch(request, resolved.write());
    } else if (result instanceof DecodeResult.Unresolved unresolved) {
      execute(
          registrars,
          request.sender(),
          () -> register(request, unresolved),
          e -> abandon(request, unresolved.write(), e));
    }
  }

  private void register(ReceivedRequest request, DecodeResult.Unresolved unresolved)
      throws CatalogException {
    PendingWrite write = unresolved.write();
    Optional<WriteOutcome> refusal = registerStage.register(request.sender(), unresolved);
    if (refusal.isPresent()) {
      workspaces.release(write.workspace());
      write.answer(refusal.get());
    } else {
      prepareAndDispatch(request, write);
    }
  }

  private void prepareAndDispatch(ReceivedRequest request, PendingWrite write) {
    try {
      prepareStage.prepare(write, request.sender().scope());
    } catch (RuntimeException | Error e) {
      abandon(request, write, e);
      return;
    }
    if (prepareStage.hasChunks(write)) {
      dispatch(write);
    } else {
      execute(
          registrars,
          request.sender(),
          () -> {
            prepareStage.createChunks(write);
            dispatch(write);
          },
          e -> abandon(request, write, e));
    }
  }

  /** Hands a request to the writers of its nodes. */
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
    write.awaitWriters(involved.size());
    involved.forEach(writer -> writer.submit(write));
  }

  private void finish(PendingWrite write) {
    WriteOutcome result = write.result();
    try {
      accounts.answered(write);
    } finally {
      workspaces.release(write.workspace());
      write.answer(result);
    }
  }

  /** Answers a request that reaches no writer. Its workspace is not used again. */
  private void abandon(ReceivedRequest request, PendingWrite write, Throwable e) {
    write.abandon(Failures.reason(request, e));
    try {
      accounts.answered(write);
    } finally {
      write.answer(write.result());
    }
  }

  /** Runs a step. Whatever it throws is answered, because the sender waits for an answer. */
  private static void execute(
      FairExecutor executor, Sender sender, Step step, Consumer<Throwable> onFailure) {
    try {
      executor.execute(
          sender.turn(),
          () -> {
            try {
              step.run();
            } catch (Exception | Error e) {
              onFailure.accept(e);
            }
          });
    } catch (RejectedExecutionException e) {
      onFailure.accept(e);
    }
  }

  /** Finishes the accepted requests. Nothing may be submitted afterwards. */
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

  /** Stops at once. What is not committed is not answered, and its senders retry. */
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
