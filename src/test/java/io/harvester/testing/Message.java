// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/** A write request, encoded in either version of the protocol. */
public record Message(List<Series> series) {
  /** The stale marker: the NaN that Prometheus writes when a series ends. */
  public static final long STALE = 0x7FF0000000000002L;

  /** A series as sent: labels in this order, including {@code __name__}, and samples. */
  public record Series(List<Label> labels, List<Sample> samples) {
    /** The same labels with other samples. */
    public Series with(Sample... others) {
      return new Series(labels, List.of(others));
    }

    /** The same samples with one more label. */
    public Series label(String name, String value) {
      List<Label> more = new ArrayList<>(labels);
      more.add(new Label(name, value));
      return new Series(List.copyOf(more), samples);
    }
  }

  /** A label as sent. */
  public record Label(String name, String value) {}

  /** A sample: time in ms, value bits. */
  public record Sample(long time, long bits) {}

  /** Version of the protocol. */
  public enum Version {
    V1("application/x-protobuf"),
    V2("application/x-protobuf;proto=io.prometheus.write.v2.Request");

    private final String contentType;

    Version(String contentType) {
      this.contentType = contentType;
    }

    /** The Content-Type of this version. */
    public String contentType() {
      return contentType;
    }
  }

  /** A message of these series. */
  public static Message of(Series... series) {
    return new Message(List.of(series));
  }

  /** A series without samples; labels as name, value, name, value, …. */
  public static Series series(String metric, String... labels) {
    List<Label> all = new ArrayList<>();
    all.add(new Label("__name__", metric));
    for (int i = 0; i < labels.length; i += 2) {
      all.add(new Label(labels[i], labels[i + 1]));
    }
    return new Series(List.copyOf(all), List.of());
  }

  /** A sample. */
  public static Sample at(long time, double value) {
    return new Sample(time, Double.doubleToRawLongBits(value));
  }

  /** A sample, its value given as bits. */
  public static Sample bitsAt(long time, long bits) {
    return new Sample(time, bits);
  }

  /** Number of samples of all series. */
  public int samples() {
    return series.stream().mapToInt(s -> s.samples().size()).sum();
  }

  /** The body: encoded and compressed. */
  public byte[] body(Version version) {
    return compressed(version == Version.V1 ? v1() : v2());
  }

  /** Compresses into snappy's block format. */
  public static byte[] compressed(byte[] message) {
    try {
      return Snappy.compress(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] v1() {
    var request = io.harvester.proto.v1.WriteRequest.newBuilder();
    for (Series s : series) {
      var out = request.addTimeseriesBuilder();
      s.labels().forEach(l -> out.addLabelsBuilder().setName(l.name()).setValue(l.value()));
      s.samples()
          .forEach(x -> out.addSamplesBuilder().setTimestamp(x.time()).setValue(value(x.bits())));
    }
    return request.build().toByteArray();
  }

  private byte[] v2() {
    var request = io.harvester.proto.v2.Request.newBuilder();
    Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
    for (Series s : series) {
      var out = request.addTimeseriesBuilder();
      for (Label label : s.labels()) {
        for (String symbol : Arrays.asList(label.name(), label.value())) {
          symbols.putIfAbsent(symbol, symbols.size());
          out.addLabelsRefs(symbols.get(symbol));
        }
      }
      s.samples()
          .forEach(x -> out.addSamplesBuilder().setTimestamp(x.time()).setValue(value(x.bits())));
    }
    return request.addAllSymbols(symbols.keySet()).build().toByteArray();
  }

  private static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }
}
