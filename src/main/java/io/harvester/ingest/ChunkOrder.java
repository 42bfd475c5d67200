// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.RequestChunks;
import io.harvester.ingest.request.Workspace;
import io.harvester.storage.HistogramOrExemplar;
import io.harvester.wire.DataKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Finds the chunks of a request's data points. If they are many, orders the data points by them.
 */
final class ChunkOrder {
  private static final long[] NO_TIMES = {};

  private final PendingWrite write;
  private final long span;
  private final int samples;
  private final int histograms;
  private final int points;

  private ChunkOrder(PendingWrite write, long span) {
    this.write = write;
    this.span = span;
    samples = write.count(DataKind.SAMPLES);
    histograms = write.count(DataKind.HISTOGRAMS);
    points = write.dataPoints();
  }

  /** Gives the request its chunks; {@code span} is their time span in ms. */
  static void apply(PendingWrite write, long span) {
    new ChunkOrder(write, span).apply();
  }

  private void apply() {
    long[] ofSamples = chunksOfSamples();
    long[] ofHistograms = chunks(samples, samples + histograms);
    long[] ofExemplars = chunks(samples + histograms, points);
    int max = RequestChunks.MAX_CHUNKS;
    boolean few =
        ofSamples.length <= max && ofHistograms.length <= max && ofExemplars.length <= max;
    if (few) {
      write.setChunks(RequestChunks.few(ofSamples, ofHistograms, ofExemplars));
      return;
    }
    int[] order = new int[points];
    sort(order, 0, samples);
    sort(order, samples, samples + histograms);
    sort(order, samples + histograms, points);
    write.setChunks(
        RequestChunks.many(ofSamples, ofHistograms, ofExemplars, order, sliceEnds(order)));
  }

  /** Nearly all requests have samples of one chunk: they cost a comparison per sample. */
  private long[] chunksOfSamples() {
    Workspace workspace = write.workspace();
    int[] slots = workspace.sampleSlot;
    long[] times = workspace.columns.sampleTime;
    long[] found = new long[RequestChunks.MAX_CHUNKS];
    int count = 0;
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (int i = 0; i < samples; i++) {
      long time = times[i];
      if (slots[i] < 0 || (time >= start && time < end)) {
        continue;
      }
      long number = Math.floorDiv(time, span);
      start = number * span;
      end = start + span;
      if (!contains(found, count, number)) {
        if (count == found.length) {
          return chunks(0, samples);
        }
        found[count++] = time;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private boolean contains(long[] times, int count, long number) {
    for (int i = 0; i < count; i++) {
      if (Math.floorDiv(times[i], span) == number) {
        return true;
      }
    }
    return false;
  }

  /** One time in each chunk of the storable data points in a range, ascending. */
  private long[] chunks(int from, int to) {
    return from == to
        ? NO_TIMES
        : IntStream.range(from, to)
            .filter(this::isStorable)
            .mapToLong(point -> Math.floorDiv(time(point), span))
            .sorted()
            .distinct()
            .map(number -> number * span)
            .toArray();
  }

  /** Orders a range by chunk. Within a chunk, data points keep their order. */
  private void sort(int[] order, int from, int to) {
    long first =
        IntStream.range(from, to).filter(this::isStorable).mapToLong(this::time).min().orElse(0);
    long firstNumber = Math.floorDiv(first, span);
    // 32 bits each: chunk and data point. Timestamps of 200 years in chunks of a minute are 2^27.
    long[] keys =
        LongStream.range(from, to)
            .map(
                point ->
                    (isStorable((int) point)
                                ? Math.floorDiv(time((int) point), span) - firstNumber
                                : 0)
                            << 32
                        | point)
            .sorted()
            .toArray();
    for (int i = 0; i < keys.length; i++) {
      order[from + i] = (int) keys[i];
    }
  }

  private int[] sliceEnds(int[] order) {
    IntStream.Builder ends = IntStream.builder();
    int chunksInSlice = 0;
    long current = Long.MIN_VALUE;
    for (int number = 0; number < points; number++) {
      int point = order[number];
      if (!isStorable(point)) {
        continue;
      }
      long chunk = Math.floorDiv(time(point), span);
      boolean kindChanges = number == samples || number == samples + histograms;
      if (chunk == current && !kindChanges) {
        continue;
      }
      current = chunk;
      chunksInSlice++;
      if (chunksInSlice > RequestChunks.MAX_CHUNKS) {
        ends.add(number);
        chunksInSlice = 1;
      }
    }
    return ends.add(points).build().toArray();
  }

  private boolean isStorable(int point) {
    return point < samples
        ? write.workspace().sampleSlot[point] >= 0
        : rows().get(point - samples) != null;
  }

  private long time(int point) {
    return point < samples
        ? write.workspace().columns.sampleTime[point]
        : rows().get(point - samples).time();
  }

  private List<HistogramOrExemplar> rows() {
    return write.histogramsAndExemplars();
  }
}
