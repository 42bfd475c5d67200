package io.harvester.ingest;

import io.harvester.ingest.WriteOutcome.Written;
import io.harvester.wire.DecodedRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One request on its way through the pipeline. */
final class PendingWrite {
  /** What a sender is told to wait where the cause may last: a database that is away. */
  static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Rejections rejections = new Rejections();
  private final AtomicInteger partsLeft = new AtomicInteger(1);
  private final Workspace workspace;
  private final Consumer<WriteOutcome> answer;

  private boolean severalWriters;
  private long stored;
  private long duplicates;
  private long conflicts;
  private long failed;
  private String failure;

  /** A request in its workspace, and who is told the outcome. */
  PendingWrite(Workspace workspace, Consumer<WriteOutcome> answer) {
    this.workspace = workspace;
    this.answer = answer;
  }

  Workspace workspace() {
    return workspace;
  }

  Rejections rejections() {
    return rejections;
  }

  void answer(WriteOutcome outcome) {
    answer.accept(outcome);
  }

  int samples() {
    return workspace.columns.sampleCount;
  }

  /** The request concerns nodes of that many writers. */
  void split(int writers) {
    partsLeft.set(writers);
    severalWriters = writers > 1;
  }

  boolean hasSeveralWriters() {
    return severalWriters;
  }

  /** A transaction with some of this request's samples committed. */
  synchronized void committed(long storedNow, long duplicateNow, long conflictNow) {
    stored += storedNow;
    duplicates += duplicateNow;
    conflicts += conflictNow;
  }

  /** Some samples are not stored, but a retry may succeed. */
  synchronized void failed(long samples, String why) {
    failed += samples;
    failure = why;
  }

  /** Nothing of it is stored, whatever went wrong before a writer saw it. */
  synchronized void abandon(String why) {
    failed(samples() - rejections.samples(), why);
  }

  /** A sample that can never be stored. */
  void refuse(int sample, String node, String reason, String detail) {
    DecodedRequest columns = workspace.columns;
    int series = 0;
    while (columns.firstSample[series + 1] <= sample) {
      series++;
    }
    rejections.add(
        node, MetricName.of(columns, series), reason, detail, columns.sampleTime[sample], 1);
  }

  /** One writer is through with its part; answers after the last. */
  void partDone(Finisher finisher) {
    if (partsLeft.decrementAndGet() == 0) {
      finisher.finish(this);
    }
  }

  synchronized long stored() {
    return stored;
  }

  synchronized long duplicates() {
    return duplicates;
  }

  synchronized long conflicts() {
    return conflicts;
  }

  synchronized long failures() {
    return failed;
  }

  synchronized WriteOutcome result() {
    Written written = new Written(stored + duplicates, 0, 0);
    if (failure != null) {
      return new WriteOutcome.Unavailable(written, failure, RETRY_AFTER);
    }
    return conflicts == 0 && rejections.isEmpty()
        ? new WriteOutcome.Stored(written)
        : new WriteOutcome.PartlyRejected(written, rejections.message(conflicts));
  }

  /** Counts, answers and cleans up. */
  @FunctionalInterface
  interface Finisher {
    void finish(PendingWrite write);
  }
}
