// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.ingest.request.WriteOutcome.Written;
import io.harvester.storage.HistogramOrExemplar;
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

/**
 * One decoded request on its way through the pipeline. Its data points are numbered: float samples
 * first, then histograms, then exemplars.
 */
public final class PendingWrite {
  private static final HistogramOrExemplar[] NONE = {};

  private final Rejections rejections = new Rejections();
  private final AtomicInteger writersLeft = new AtomicInteger(1);
  private final Workspace workspace;
  private final String turn;
  private final Consumer<WriteOutcome> answer;

  private final Map<DataKind, Outcomes> outcomes = new EnumMap<>(DataKind.class);
  private HistogramOrExemplar[] histogramsAndExemplars = NONE;
  private RequestChunks chunks = RequestChunks.NONE;
  private String failure;

  /**
   * A request whose columns are in a workspace.
   *
   * @param turn name under which it takes turns with other requests
   * @param answer receives the outcome, once
   */
  public PendingWrite(Workspace workspace, String turn, Consumer<WriteOutcome> answer) {
    this.workspace = workspace;
    this.turn = turn;
    this.answer = answer;
    for (DataKind kind : DataKind.values()) {
      outcomes.put(kind, new Outcomes());
    }
  }

  /** The request's arrays. */
  public Workspace workspace() {
    return workspace;
  }

  /** Name under which it takes turns with other requests. */
  public String turn() {
    return turn;
  }

  /** What of it can never be stored. */
  public Rejections rejections() {
    return rejections;
  }

  /** Passes the outcome to the sender. */
  public void answer(WriteOutcome outcome) {
    answer.accept(outcome);
  }

  /** Sets the histograms, then the exemplars, in their order; null for a rejected one. */
  public void setHistogramsAndExemplars(HistogramOrExemplar[] rows) {
    histogramsAndExemplars = rows;
  }

  /** All histograms, then all exemplars; null for a rejected one. */
  public List<HistogramOrExemplar> histogramsAndExemplars() {
    return Arrays.asList(histogramsAndExemplars);
  }

  /** Sets the chunks of the request. From now on, data points are numbered in their order. */
  public void setChunks(RequestChunks found) {
    chunks = found;
    int[] order = found.order();
    if (order != null && histogramsAndExemplars.length > 0) {
      int samples = workspace.columns.sampleCount;
      HistogramOrExemplar[] ordered = new HistogramOrExemplar[histogramsAndExemplars.length];
      Arrays.setAll(ordered, i -> histogramsAndExemplars[order[samples + i] - samples]);
      histogramsAndExemplars = ordered;
    }
  }

  /** The chunks of its data points. */
  public RequestChunks chunks() {
    return chunks;
  }

  /**
   * The data point of each number, as an index into the columns; null: the number is the index.
   * Only requests of many chunks have one.
   */
  public int[] order() {
    return chunks.order();
  }

  /** Where a slice of at most {@code max} data points that starts at {@code from} ends. */
  public int sliceEnd(int from, int max) {
    return Math.min(chunks.sliceEnd(from, dataPoints()), from + max);
  }

  /** The storable histograms and exemplars among the data points {@code [from, to)}. */
  public List<HistogramOrExemplar> histogramsAndExemplars(int from, int to) {
    if (histogramsAndExemplars.length == 0) {
      return List.of();
    }
    int samples = workspace.columns.sampleCount;
    int first = Math.max(0, from - samples);
    int end = Math.max(first, Math.min(histogramsAndExemplars.length, to - samples));
    return Arrays.asList(histogramsAndExemplars).subList(first, end).stream()
        .filter(Objects::nonNull)
        .toList();
  }

  /** Number of data points, storable or not. */
  public int dataPoints() {
    DecodedRequest columns = workspace.columns;
    return columns.sampleCount + columns.histogramCount + columns.exemplarCount;
  }

  /** Number of data points of a kind, storable or not. */
  public int count(DataKind kind) {
    DecodedRequest columns = workspace.columns;
    return switch (kind) {
      case SAMPLES -> columns.sampleCount;
      case HISTOGRAMS -> columns.histogramCount;
      case EXEMPLARS -> columns.exemplarCount;
    };
  }

  /** The kind of a data point. */
  public DataKind kind(int dataPoint) {
    DecodedRequest columns = workspace.columns;
    if (dataPoint < columns.sampleCount) {
      return DataKind.SAMPLES;
    }
    return dataPoint < columns.sampleCount + columns.histogramCount
        ? DataKind.HISTOGRAMS
        : DataKind.EXEMPLARS;
  }

  /** Sets the number of writers that the request's nodes belong to. */
  public void awaitWriters(int writers) {
    writersLeft.set(writers);
  }

  /** Adds what became of the data points that one transaction committed. */
  public synchronized void committed(DataKind kind, Outcomes committed) {
    outcomes.get(kind).add(committed);
  }

  /** Some data points are not stored, but a retry may succeed. */
  public synchronized void failed(DataKind kind, long dataPoints, String why) {
    outcomes.get(kind).failed += dataPoints;
    failure = why;
  }

  /** Commits of this request may be undone: everything they stored counts as failed. */
  public synchronized void unconfirmed(String why) {
    outcomes.values().forEach(Outcomes::fail);
    failure = why;
  }

  /** Why data points are not stored that a retry may store; null if there are none. */
  public synchronized String failure() {
    return failure;
  }

  /** Counts everything that is not rejected as failed: the request does not reach a writer. */
  public synchronized void abandon(String why) {
    for (DataKind kind : DataKind.values()) {
      failed(kind, count(kind) - rejections.count(kind), why);
    }
  }

  /** Rejects one data point that the database can never store. */
  public void reject(int number, String node, String reason, String detail) {
    DecodedRequest columns = workspace.columns;
    int dataPoint = order() == null ? number : order()[number];
    DataKind kind = kind(dataPoint);
    int series = 0;
    switch (kind) {
      case SAMPLES -> {
        while (columns.firstSample[series + 1] <= dataPoint) {
          series++;
        }
      }
      case HISTOGRAMS -> series = columns.histogramSeries[dataPoint - columns.sampleCount];
      case EXEMPLARS ->
          series = columns.exemplarSeries[dataPoint - columns.sampleCount - columns.histogramCount];
    }
    long time = kind == DataKind.SAMPLES ? columns.sampleTime[dataPoint] : 0;
    rejections.add(kind, node, MetricName.of(columns, series), reason, detail, time, 1);
  }

  /** Called by each writer when it is done; the last one completes the request. */
  public void writerDone(Finisher finisher) {
    if (writersLeft.decrementAndGet() == 0) {
      finisher.finish(this);
    }
  }

  /** What became of the data points of a kind; final once the last writer is done. */
  public synchronized Outcomes outcomes(DataKind kind) {
    return outcomes.get(kind);
  }

  /** The outcome for the sender. */
  public synchronized WriteOutcome result() {
    Written written =
        new Written(
            outcomes(DataKind.SAMPLES).written(),
            outcomes(DataKind.HISTOGRAMS).written(),
            outcomes(DataKind.EXEMPLARS).written());
    if (failure != null) {
      return new WriteOutcome.Unavailable(written, failure, RetryAfter.LONG);
    }
    long conflicts = outcomes.values().stream().mapToLong(counts -> counts.conflicts).sum();
    return conflicts == 0 && rejections.isEmpty()
        ? new WriteOutcome.Stored(written)
        : new WriteOutcome.PartlyRejected(written, rejections.message(conflicts));
  }

  /** Completes a request: counts it, answers its sender, releases its workspace. */
  @FunctionalInterface
  public interface Finisher {
    /** Called once, when the last writer is done. */
    void finish(PendingWrite write);
  }
}
