// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The two versions of the remote write protocol, encoded as Prometheus does. */
public enum Protocol {
  /** remote_write 1.0. */
  V1(1, "application/x-protobuf", "0.1.0") {
    // WriteRequest: timeseries=1 {labels=1 {name=1, value=2}, samples=2 {value=1, timestamp=2}}
    @Override
    MessageBuilder encode(List<OpenSeries> request) {
      MessageBuilder message = new MessageBuilder();
      for (OpenSeries each : request) {
        MessageBuilder series = new MessageBuilder();
        each.labels().forEach((name, value) -> series.message(1, label(name, value)));
        samples(each, series, 2, message);
        message.message(1, series);
      }
      return message;
    }

    private MessageBuilder label(String name, String value) {
      MessageBuilder label = new MessageBuilder();
      label.text(1, name);
      label.text(2, value);
      return label;
    }
  },

  /** remote_write 2.0. */
  V2(2, "application/x-protobuf;proto=io.prometheus.write.v2.Request", "2.0.0") {
    // Request: symbols=4, timeseries=5 {labels_refs=1, samples=2, metadata=5 {type=1, help_ref=3}}
    @Override
    MessageBuilder encode(List<OpenSeries> request) {
      Map<String, Integer> symbols = symbols(request);
      MessageBuilder message = new MessageBuilder();
      symbols.keySet().forEach(symbol -> message.text(4, symbol));
      for (OpenSeries each : request) {
        MessageBuilder refs = new MessageBuilder();
        each.labels()
            .forEach(
                (name, value) -> {
                  refs.varint(symbols.get(name));
                  refs.varint(symbols.get(value));
                });
        MessageBuilder series = new MessageBuilder();
        series.message(1, refs);
        samples(each, series, 2, message);
        MessageBuilder metadata = new MessageBuilder();
        metadata.number(1, typeNumber(each.type()));
        metadata.number(3, symbols.get(each.help()));
        series.message(5, metadata);
        message.message(5, series);
      }
      return message;
    }

    private Map<String, Integer> symbols(List<OpenSeries> request) {
      Map<String, Integer> symbols = new LinkedHashMap<>();
      symbols.put("", 0);
      for (OpenSeries series : request) {
        series
            .labels()
            .forEach(
                (name, value) -> {
                  symbols.putIfAbsent(name, symbols.size());
                  symbols.putIfAbsent(value, symbols.size());
                });
        symbols.putIfAbsent(series.help(), symbols.size());
      }
      return symbols;
    }
  };

  private static final List<String> TYPES =
      List.of("unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary");

  private final int version;
  final String contentType;
  final String versionHeader;

  Protocol(int version, String contentType, String versionHeader) {
    this.version = version;
    this.contentType = contentType;
    this.versionHeader = versionHeader;
  }

  /** The number of the version, 1 or 2. */
  public int version() {
    return version;
  }

  abstract MessageBuilder encode(List<OpenSeries> request);

  /**
   * A series of a request with placeholders for values and times.
   *
   * @param labels sorted by name, including the metric name
   * @param type type in the metadata
   * @param help help text in the metadata
   * @param samples number of samples: sample {@code i} has the time of slot {@code i}
   * @param constant the value if it never changes, else null
   */
  public record OpenSeries(
      SortedMap<String, String> labels, String type, String help, int samples, Double constant) {}

  /** The protocol of a version number. */
  public static Protocol of(int version) {
    if (version != 1 && version != 2) {
      throw new IllegalArgumentException("remote_write has the versions 1 and 2, not " + version);
    }
    return version == 1 ? V1 : V2;
  }

  private static void samples(
      OpenSeries series, MessageBuilder into, int field, MessageBuilder request) {
    for (int slot = 0; slot < series.samples(); slot++) {
      MessageBuilder sample = new MessageBuilder();
      if (series.constant() == null) {
        sample.openDouble(1, request.nextValue());
      } else {
        sample.fixedDouble(1, series.constant());
      }
      sample.openTime(2, slot);
      into.message(field, sample);
    }
  }

  private static long typeNumber(String type) {
    return Math.max(0, TYPES.indexOf(type));
  }
}
