// SPDX-License-Identifier: Apache-2.0
package io.harvester.warmup;

import io.harvester.proto.v1.Label;
import io.harvester.proto.v1.Sample;
import io.harvester.proto.v1.TimeSeries;
import io.harvester.proto.v1.WriteRequest;
import io.harvester.proto.v2.Metadata;
import io.harvester.proto.v2.Request;
import io.harvester.wire.MessageVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.xerial.snappy.Snappy;

/**
 * One scrape of a node_exporter as a remote_write request: some metrics, each with up to ten label
 * sets. Its timestamp and the name of its node are changed in place.
 */
final class SyntheticRequest {
  /** Series of a request, with one sample each. */
  static final int SERIES = 700;

  private static final int SERIES_PER_METRIC = 10;

  // Placeholders in the message, of the same length as the values that replace them.
  private static final String NODE = "warm-up-10000";

  private static final long TIME = 1_700_000_000_000L;

  private final byte[] message;
  private final int[] nodeOffsets;
  private final int[] timeOffsets;

  SyntheticRequest(MessageVersion version) {
    message = version == MessageVersion.V1 ? v1() : v2();
    nodeOffsets = offsets(NODE.getBytes(StandardCharsets.US_ASCII));
    timeOffsets = offsets(varint(TIME));
  }

  /**
   * The compressed body.
   *
   * @param time timestamp of all samples, in milliseconds since the epoch, between 1971 and 2109
   * @param node number of the node, below 10,000
   */
  byte[] body(long time, int node) {
    put(timeOffsets, varint(time));
    put(nodeOffsets, ("warm-up-" + (10_000 + node)).getBytes(StandardCharsets.US_ASCII));
    try {
      return Snappy.compress(message);
    } catch (IOException e) {
      throw new IllegalStateException("snappy refuses to compress", e);
    }
  }

  private void put(int[] offsets, byte[] bytes) {
    for (int offset : offsets) {
      System.arraycopy(bytes, 0, message, offset, bytes.length);
    }
  }

  private int[] offsets(byte[] pattern) {
    return IntStream.rangeClosed(0, message.length - pattern.length)
        .filter(
            at ->
                message[at] == pattern[0]
                    && Arrays.equals(message, at, at + pattern.length, pattern, 0, pattern.length))
        .toArray();
  }

  /** A timestamp as a protobuf varint, which takes six bytes between 1971 and 2109. */
  private static byte[] varint(long value) {
    byte[] bytes = new byte[6];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (((value >>> (7 * i)) & 0x7F) | (i < bytes.length - 1 ? 0x80 : 0));
    }
    return bytes;
  }

  /** Names and values in turn, sorted by name as the specification requires. */
  private static List<String> labels(int series) {
    int metric = series / SERIES_PER_METRIC;
    int set = series % SERIES_PER_METRIC;
    String name = "warm_up_" + metric;
    List<String> own =
        switch (metric % 6) {
          case 0 -> List.of("cpu", "" + set / 2);
          case 1 -> List.of("device", "eth" + set);
          case 2 ->
              List.of("device", "/dev/sda" + set, "fstype", "ext4", "mountpoint", "/m/" + set);
          case 3 -> List.of("collector", "collector-" + set);
          case 4 ->
              List.of("address", "0000:00:1f." + set, "firmware", "of some length, ".repeat(5));
          default -> List.of(); // one series per metric
        };
    List<String> labels = new ArrayList<>(List.of("__name__", own.isEmpty() ? name + set : name));
    labels.addAll(own);
    labels.addAll(List.of("instance", "localhost:9100", "job", "node"));
    if (metric % 6 == 0) {
      labels.addAll(List.of("mode", set % 2 == 0 ? "idle" : "user"));
    }
    labels.addAll(List.of("node", NODE));
    return labels;
  }

  /** Counters and gauges: many zeros and small integers, some large integers and fractions. */
  private static double value(int series) {
    return switch (series / SERIES_PER_METRIC % 4) {
      case 0 -> 0;
      case 1 -> series % 3;
      case 2 -> series * 4096L;
      default -> Math.sin(series) * series * 1000;
    };
  }

  private static byte[] v1() {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (int i = 0; i < SERIES; i++) {
      TimeSeries.Builder series = request.addTimeseriesBuilder();
      List<String> labels = labels(i);
      for (int l = 0; l < labels.size(); l += 2) {
        series.addLabels(
            Label.newBuilder().setName(labels.get(l)).setValue(labels.get(l + 1)).build());
      }
      series.addSamples(Sample.newBuilder().setValue(value(i)).setTimestamp(TIME).build());
    }
    return request.build().toByteArray();
  }

  private static byte[] v2() {
    Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
    Request.Builder request = Request.newBuilder();
    for (int i = 0; i < SERIES; i++) {
      var series = request.addTimeseriesBuilder();
      for (String symbol : labels(i)) {
        series.addLabelsRefs(number(symbols, symbol));
      }
      series.addSamplesBuilder().setValue(value(i)).setTimestamp(TIME);
      series
          .getMetadataBuilder()
          .setType(Metadata.MetricType.METRIC_TYPE_COUNTER)
          .setHelpRef(number(symbols, "Synthetic data of the JIT warm-up."));
    }
    return request.addAllSymbols(symbols.keySet()).build().toByteArray();
  }

  private static int number(Map<String, Integer> symbols, String symbol) {
    return symbols.computeIfAbsent(symbol, s -> symbols.size());
  }
}
