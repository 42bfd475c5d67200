// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.load.NodeExporterSamples;
import io.harvester.bench.load.Protocol;
import io.harvester.bench.load.RequestTemplate;
import io.harvester.bench.load.SeriesShape;
import io.harvester.bench.tool.Hashing;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * The requests of a trial. Every request has a number, and every value is computed from its series
 * and time, so that the expected content of the database follows from the numbers of the
 * acknowledged requests.
 */
final class TrialData {
  private static final long STALE_MARKER = 0x7FF0000000000002L;
  private static final long PLAIN_NAN = 0x7FF8000000000001L;

  private final NodeExporterSamples fleet;
  private final String prefix;
  private final int nodes;
  private final int samplesPerSeries;
  private final long startTime;
  private final long step;
  private final RequestTemplate[] templates;
  private final long[][] seriesKey;

  /**
   * Prepares the requests.
   *
   * @param url only host and path are used
   * @param samplesPerSeries samples of each series in a request, in shuffled order
   * @param startTime time of the first sample, ms
   * @param step time between two samples of a series, ms
   */
  TrialData(
      Protocol protocol,
      URI url,
      String prefix,
      int nodes,
      int seriesPerNode,
      int samplesPerSeries,
      long startTime,
      long step) {
    this.fleet = new NodeExporterSamples(seriesPerNode, prefix, 1);
    this.prefix = prefix;
    this.nodes = nodes;
    this.samplesPerSeries = samplesPerSeries;
    this.startTime = startTime;
    this.step = step;
    this.templates = new RequestTemplate[nodes];
    this.seriesKey = new long[nodes][seriesPerNode];
    for (int node = 0; node < nodes; node++) {
      List<Protocol.OpenSeries> request = new ArrayList<>();
      for (int i = 0; i < seriesPerNode; i++) {
        SortedMap<String, String> labels = fleet.labels(node, i);
        seriesKey[node][i] = key(labels);
        SeriesShape shape = fleet.shape(i);
        request.add(
            new Protocol.OpenSeries(labels, shape.type(), shape.help(), samplesPerSeries, null));
      }
      templates[node] = new RequestTemplate(protocol, url, request);
    }
  }

  String prefix() {
    return prefix;
  }

  int nodes() {
    return nodes;
  }

  int seriesPerNode() {
    return fleet.seriesPerNode();
  }

  int samplesPerSeries() {
    return samplesPerSeries;
  }

  int samplesPerRequest() {
    return samplesPerSeries * seriesPerNode();
  }

  SortedMap<String, String> labels(int node, int series) {
    return fleet.labels(node, series);
  }

  /** The bytes of a request; the same number always gives the same bytes. */
  byte[] request(int number) {
    int node = number % nodes;
    RequestTemplate template = templates[node];
    synchronized (template) {
      long[] times = shuffledTimes(number);
      for (int slot = 0; slot < samplesPerSeries; slot++) {
        template.setTime(slot, times[slot]);
      }
      int index = 0;
      for (long key : seriesKey[node]) {
        for (long time : times) {
          template.setValue(index++, valueBits(key, time));
        }
      }
      return template.request().clone();
    }
  }

  /** The index of the sample of a series with this time, or -1 if no request has such a sample. */
  int index(long timeMicros) {
    long offset = timeMicros - startTime * 1000;
    return offset < 0 || offset % (step * 1000) != 0 ? -1 : (int) (offset / (step * 1000));
  }

  /** The number of the request with sample {@code index} of each series of a node. */
  int requestOf(int node, int index) {
    return index / samplesPerSeries * nodes + node;
  }

  long time(int index) {
    return startTime + index * step;
  }

  long valueBits(int node, int series, int index) {
    return valueBits(seriesKey[node][series], time(index));
  }

  /** Mostly ordinary numbers; one in about 20 is a special value such as a NaN or -0.0. */
  private static long valueBits(long key, long time) {
    long random = Hashing.mix(key ^ Hashing.mix(time));
    return switch ((int) (random & 127)) {
      case 0 -> STALE_MARKER;
      case 1 -> PLAIN_NAN;
      case 2 -> Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY);
      case 3 -> Double.doubleToRawLongBits(-0.0);
      case 4 -> Double.doubleToRawLongBits(Double.MIN_VALUE);
      case 5 -> 0;
      default -> Double.doubleToRawLongBits((random >>> 24) / 1000.0);
    };
  }

  private long[] shuffledTimes(int number) {
    long[] times = new long[samplesPerSeries];
    int first = number / nodes * samplesPerSeries;
    long random = Hashing.mix(number);
    for (int i = 0; i < times.length; i++) {
      int place = (int) Long.remainderUnsigned(random >>> i, i + 1);
      times[i] = times[place];
      times[place] = time(first + i);
    }
    return times;
  }

  private static long key(SortedMap<String, String> labels) {
    long key = 0;
    for (var label : labels.entrySet()) {
      for (String text : List.of(label.getKey(), label.getValue())) {
        for (int i = 0; i < text.length(); i++) {
          key = Hashing.mix(key ^ text.charAt(i));
        }
      }
    }
    return key;
  }
}
