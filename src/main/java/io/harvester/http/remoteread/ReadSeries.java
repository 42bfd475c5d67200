// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.remoteread;

import com.google.protobuf.UnsafeByteOperations;
import io.harvester.proto.read.Chunk;
import io.harvester.proto.v1.Histogram;
import io.harvester.proto.v1.Label;
import io.harvester.proto.v1.Sample;
import io.harvester.proto.v1.TimeSeries;
import io.harvester.query.value.Labels;
import io.harvester.read.SeriesLabels;
import io.harvester.read.SeriesReader;
import io.harvester.wire.NativeHistogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The series of one answer, sorted by labels. Floats are kept as XOR chunks, a fraction of their
 * size.
 */
public final class ReadSeries implements SeriesReader.Visitor {
  private final Function<SeriesLabels, Labels> labels;
  private final long maxSamples;
  private final Map<Labels, OneSeries> bySeries = new TreeMap<>();
  private long samples;
  private boolean withHistograms;

  private static final class OneSeries {
    private final List<XorChunk> chunks = new ArrayList<>();
    private final List<Sample> floats = new ArrayList<>();
    private final List<Histogram> histograms = new ArrayList<>();
  }

  private final boolean streamed;

  /**
   * Nothing yet.
   *
   * @param labels the labels of a series as clients see them
   * @param maxSamples more are refused by {@link #isTooLarge}
   * @param streamed whether chunks are wanted, else samples
   */
  public ReadSeries(Function<SeriesLabels, Labels> labels, long maxSamples, boolean streamed) {
    this.labels = labels;
    this.maxSamples = maxSamples;
    this.streamed = streamed;
  }

  @Override
  public void series(SeriesLabels of, long[] times, long[] bits, int count) {
    samples += count;
    if (isTooLarge()) {
      return;
    }
    OneSeries series = bySeries.computeIfAbsent(labels.apply(of), key -> new OneSeries());
    XorChunk chunk = null;
    for (int i = 0; i < count; i++) {
      if (!streamed) {
        series.floats.add(
            Sample.newBuilder()
                .setTimestamp(times[i])
                .setValue(Double.longBitsToDouble(bits[i]))
                .build());
        continue;
      }
      if (chunk == null || chunk.isFull()) {
        chunk = new XorChunk();
        series.chunks.add(chunk);
      }
      chunk.add(times[i], bits[i]);
    }
  }

  @Override
  public void histograms(SeriesLabels of, List<NativeHistogram> histograms) {
    samples += histograms.size();
    withHistograms = true;
    if (!isTooLarge() && !streamed) {
      OneSeries series = bySeries.computeIfAbsent(labels.apply(of), key -> new OneSeries());
      histograms.forEach(histogram -> series.histograms.add(HistogramMessage.of(histogram)));
    }
  }

  /** Whether there were more samples than allowed; the rest was left out. */
  public boolean isTooLarge() {
    return samples > maxSamples;
  }

  /** Whether a series has native histograms, of which there are no XOR chunks. */
  public boolean hasHistograms() {
    return withHistograms;
  }

  List<TimeSeries> messages() {
    List<TimeSeries> messages = new ArrayList<>();
    bySeries.forEach(
        (key, series) ->
            messages.add(
                TimeSeries.newBuilder()
                    .addAllLabels(labelMessages(key))
                    .addAllSamples(series.floats)
                    .addAllHistograms(series.histograms)
                    .build()));
    return messages;
  }

  static List<Label> labelMessages(Labels labels) {
    List<Label> messages = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      messages.add(Label.newBuilder().setName(labels.name(i)).setValue(labels.value(i)).build());
    }
    return messages;
  }

  /** Receives each series with its chunks. */
  interface Chunked {
    void series(Labels labels, List<Chunk> chunks) throws IOException;
  }

  void chunks(Chunked visitor) throws IOException {
    for (Map.Entry<Labels, OneSeries> entry : bySeries.entrySet()) {
      List<Chunk> chunks = new ArrayList<>();
      for (XorChunk chunk : entry.getValue().chunks) {
        chunks.add(
            Chunk.newBuilder()
                .setMinTimeMs(chunk.firstTime())
                .setMaxTimeMs(chunk.lastTime())
                .setType(Chunk.Encoding.XOR)
                .setData(UnsafeByteOperations.unsafeWrap(chunk.toBytes()))
                .build());
      }
      visitor.series(entry.getKey(), chunks);
    }
  }
}
