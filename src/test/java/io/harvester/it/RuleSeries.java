// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.proto.v2.Histogram;
import io.harvester.proto.v2.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One series of a rule's request, for either version of the protocol. Times are ms from {@link
 * WriteRules#T} on.
 */
final class RuleSeries {
  private final List<String> labels;
  private final List<Sample> samples = new ArrayList<>();
  private final List<Histogram> histograms = new ArrayList<>();
  private final List<Exemplar> exemplars = new ArrayList<>();
  private long createdTimestamp;

  private record Exemplar(long time, double value, List<String> labels) {}

  private RuleSeries(List<String> labels) {
    this.labels = labels;
  }

  /** A series with exactly these labels: name, value, name, value, … */
  static RuleSeries labels(String... labels) {
    return new RuleSeries(new ArrayList<>(List.of(labels)));
  }

  /** One that has so many labels beside its name. */
  static RuleSeries wide(int labels) {
    String[] all = new String[2 * labels];
    for (int i = 0; i < labels; i++) {
      all[2 * i] = "l" + i;
      all[2 * i + 1] = "x";
    }
    return series("m", all);
  }

  /** A series of a metric, and its other labels. */
  static RuleSeries series(String metric, String... labels) {
    RuleSeries series = labels("__name__", metric);
    series.labels.addAll(List.of(labels));
    return series;
  }

  RuleSeries at(long offset, double value) {
    return bitsAt(offset, Double.doubleToRawLongBits(value));
  }

  RuleSeries bitsAt(long offset, long bits) {
    return sample(WriteRules.T + offset, Double.longBitsToDouble(bits), 0);
  }

  /** A sample with its absolute time. */
  RuleSeries atTime(long time, double value) {
    return sample(time, value, 0);
  }

  /** A sample with the start of its series. */
  RuleSeries at(long offset, double value, long startOffset) {
    return sample(WriteRules.T + offset, value, WriteRules.T + startOffset);
  }

  private RuleSeries sample(long time, double value, long start) {
    samples.add(
        Sample.newBuilder().setTimestamp(time).setValue(value).setStartTimestamp(start).build());
    return this;
  }

  RuleSeries created(long offset) {
    createdTimestamp = WriteRules.T + offset;
    return this;
  }

  RuleSeries histogram(long offset, Histogram histogram) {
    return histogramAt(WriteRules.T + offset, histogram);
  }

  RuleSeries histogramAt(long time, Histogram histogram) {
    histograms.add(histogram.toBuilder().setTimestamp(time).build());
    return this;
  }

  RuleSeries exemplar(long offset, double value, String... exemplarLabels) {
    exemplars.add(new Exemplar(WriteRules.T + offset, value, List.of(exemplarLabels)));
    return this;
  }

  private List<String> labelsWith(String node) {
    List<String> all = new ArrayList<>(labels);
    all.addAll(List.of("node", node));
    return all;
  }

  /** The message {@code prometheus.WriteRequest}. */
  static byte[] v1(String node, RuleSeries... series) {
    var request = io.harvester.proto.v1.WriteRequest.newBuilder();
    for (RuleSeries s : series) {
      var out = request.addTimeseriesBuilder();
      pairs(s.labelsWith(node)).forEach(out::addLabels);
      for (Sample sample : s.samples) {
        out.addSamplesBuilder().setTimestamp(sample.getTimestamp()).setValue(sample.getValue());
      }
      for (Histogram histogram : s.histograms) {
        out.addHistograms(v1(histogram));
      }
      for (Exemplar exemplar : s.exemplars) {
        out.addExemplarsBuilder()
            .setTimestamp(exemplar.time())
            .setValue(exemplar.value())
            .addAllLabels(pairs(exemplar.labels()));
      }
    }
    return request.build().toByteArray();
  }

  /** Both versions number the fields alike. */
  private static io.harvester.proto.v1.Histogram v1(Histogram histogram) {
    try {
      return io.harvester.proto.v1.Histogram.parseFrom(histogram.toByteString());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static List<io.harvester.proto.v1.Label> pairs(List<String> labels) {
    List<io.harvester.proto.v1.Label> pairs = new ArrayList<>();
    for (int i = 0; i < labels.size(); i += 2) {
      pairs.add(
          io.harvester.proto.v1.Label.newBuilder()
              .setName(labels.get(i))
              .setValue(labels.get(i + 1))
              .build());
    }
    return pairs;
  }

  /** The message {@code io.prometheus.write.v2.Request}. */
  static io.harvester.proto.v2.Request.Builder v2(String node, RuleSeries... series) {
    var request = io.harvester.proto.v2.Request.newBuilder();
    Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
    for (RuleSeries s : series) {
      var out = request.addTimeseriesBuilder();
      s.labelsWith(node).forEach(text -> out.addLabelsRefs(ref(symbols, text)));
      out.addAllSamples(s.samples).addAllHistograms(s.histograms);
      out.setCreatedTimestamp(s.createdTimestamp);
      for (Exemplar exemplar : s.exemplars) {
        var added = out.addExemplarsBuilder();
        added.setTimestamp(exemplar.time()).setValue(exemplar.value());
        exemplar.labels().forEach(text -> added.addLabelsRefs(ref(symbols, text)));
      }
    }
    return request.addAllSymbols(symbols.keySet());
  }

  private static int ref(Map<String, Integer> symbols, String text) {
    symbols.putIfAbsent(text, symbols.size());
    return symbols.get(text);
  }
}
