package io.harvester.ingest.request;

import io.harvester.ingest.request.WriteOutcome.Written;
import io.harvester.storage.ExtraRow;
import io.harvester.storage.Outcomes;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One request on its way through the pipeline. */
public final class PendingWrite {
  private static final ExtraRow[] NO_EXTRAS = {};

  private final Rejections rejections = new Rejections();
  private final AtomicInteger partsLeft = new AtomicInteger(1);
  private final Workspace workspace;
  private final String turn;
  private final Consumer<WriteOutcome> answer;

  private final Map<DataKind, Outcomes> tallies = new EnumMap<>(DataKind.class);
  private ExtraRow[] extras = NO_EXTRAS;
  private boolean severalWriters;
  private String failure;

  /** A request in its workspace, whose turn it waits for, and who is told the outcome. */
  public PendingWrite(Workspace workspace, String turn, Consumer<WriteOutcome> answer) {
    this.workspace = workspace;
    this.turn = turn;
    this.answer = answer;
    for (DataKind kind : DataKind.values()) {
      tallies.put(kind, new Outcomes());
    }
  }

  public Workspace workspace() {
    return workspace;
  }

  public String turn() {
    return turn;
  }

  public Rejections rejections() {
    return rejections;
  }

  public void answer(WriteOutcome outcome) {
    answer.accept(outcome);
  }

  /** Takes the histograms and then the exemplars in their order; null: not to be stored. */
  public void carry(ExtraRow[] rows) {
    extras = rows;
  }

  /** What is to be stored of the parts [from, to) beside float samples. */
  public List<ExtraRow> extras(int from, int to) {
    if (extras.length == 0) {
      return List.of();
    }
    int samples = workspace.columns.sampleCount;
    int first = Math.max(0, from - samples);
    int end = Math.max(first, Math.min(extras.length, to - samples));
    return Arrays.asList(extras).subList(first, end).stream().filter(Objects::nonNull).toList();
  }

  /** All parts of the request in one row: float samples, then histograms, then exemplars. */
  public int parts() {
    DecodedRequest columns = workspace.columns;
    return columns.sampleCount + columns.histogramCount + columns.exemplarCount;
  }

  /** How many parts of a kind the request has, storable or not. */
  public int count(DataKind kind) {
    DecodedRequest columns = workspace.columns;
    return switch (kind) {
      case SAMPLES -> columns.sampleCount;
      case HISTOGRAMS -> columns.histogramCount;
      case EXEMPLARS -> columns.exemplarCount;
    };
  }

  /** What the part of that number is. */
  public DataKind kind(int part) {
    DecodedRequest columns = workspace.columns;
    if (part < columns.sampleCount) {
      return DataKind.SAMPLES;
    }
    return part < columns.sampleCount + columns.histogramCount
        ? DataKind.HISTOGRAMS
        : DataKind.EXEMPLARS;
  }

  /** The request concerns nodes of that many writers. */
  public void split(int writers) {
    partsLeft.set(writers);
    severalWriters = writers > 1;
  }

  boolean hasSeveralWriters() {
    return severalWriters;
  }

  /** A transaction with some of this request's parts committed. */
  public synchronized void committed(DataKind kind, Outcomes outcome) {
    tallies.get(kind).add(outcome);
  }

  /** Some parts are not stored, but a retry may succeed. */
  public synchronized void failed(DataKind kind, long parts, String why) {
    tallies.get(kind).failed += parts;
    failure = why;
  }

  /** Commits with parts of it may be undone; what has counted as done counts as failed. */
  public synchronized void unconfirmed(String why) {
    tallies.values().forEach(Outcomes::fail);
    failure = why;
  }

  /** Why parts are not stored that a retry may store; null: none so far. */
  public synchronized String failure() {
    return failure;
  }

  /** Nothing of it is stored, whatever went wrong before a writer saw it. */
  public synchronized void abandon(String why) {
    for (DataKind kind : DataKind.values()) {
      failed(kind, count(kind) - rejections.count(kind), why);
    }
  }

  /** A part that can never be stored. */
  public void refuse(int part, String node, String reason, String detail) {
    DecodedRequest columns = workspace.columns;
    DataKind kind = kind(part);
    int series = 0;
    switch (kind) {
      case SAMPLES -> {
        while (columns.firstSample[series + 1] <= part) {
          series++;
        }
      }
      case HISTOGRAMS -> series = columns.histogramSeries[part - columns.sampleCount];
      case EXEMPLARS ->
          series = columns.exemplarSeries[part - columns.sampleCount - columns.histogramCount];
    }
    long time = kind == DataKind.SAMPLES ? columns.sampleTime[part] : 0;
    rejections.add(kind, node, MetricName.of(columns, series), reason, detail, time, 1);
  }

  /** One writer is through with its part; answers after the last. */
  public void partDone(Finisher finisher) {
    if (partsLeft.decrementAndGet() == 0) {
      finisher.finish(this);
    }
  }

  /** What became of the parts of a kind; final once the last writer is through. */
  public synchronized Outcomes tally(DataKind kind) {
    return tallies.get(kind);
  }

  public synchronized WriteOutcome result() {
    Written written =
        new Written(
            tally(DataKind.SAMPLES).written(),
            tally(DataKind.HISTOGRAMS).written(),
            tally(DataKind.EXEMPLARS).written());
    if (failure != null) {
      return new WriteOutcome.Unavailable(written, failure, RetryAfter.LONG);
    }
    long conflicts = tallies.values().stream().mapToLong(tally -> tally.conflicts).sum();
    return conflicts == 0 && rejections.isEmpty()
        ? new WriteOutcome.Stored(written)
        : new WriteOutcome.PartlyRejected(written, rejections.message(conflicts));
  }

  /** Counts, answers and cleans up. */
  @FunctionalInterface
  public interface Finisher {
    void finish(PendingWrite write);
  }
}
