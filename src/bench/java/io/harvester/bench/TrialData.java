package io.harvester.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What a trial sends. Every request has a number, every value follows from its series and time, so
 * that what must be in the database can be told without keeping what was sent.
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
   * @param url only its path and host name matter
   * @param samplesPerSeries how many samples of each series a request carries, in shuffled order
   * @param startTime time of the first sample, ms
   * @param step between samples, ms
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

  /** The bytes of a request: always the same for the same number. */
  byte[] request(int number) {
    int node = number % nodes;
    RequestTemplate template = templates[node];
    synchronized (template) {
      long[] times = shuffledTimes(number);
      for (int slot = 0; slot < samplesPerSeries; slot++) {
        template.setTime(slot, times[slot]);
      }
      int hole = 0;
      for (long key : seriesKey[node]) {
        for (long time : times) {
          template.setValue(hole++, valueBits(key, time));
        }
      }
      return template.request().clone();
    }
  }

  /** Which sample of its series a time stands for, or -1 if no request has it. */
  int index(long timeMicros) {
    long offset = timeMicros - startTime * 1000;
    return offset < 0 || offset % (step * 1000) != 0 ? -1 : (int) (offset / (step * 1000));
  }

  /** The request that carries sample {@code index} of each series of a node. */
  int requestOf(int node, int index) {
    return index / samplesPerSeries * nodes + node;
  }

  long time(int index) {
    return startTime + index * step;
  }

  long valueBits(int node, int series, int index) {
    return valueBits(seriesKey[node][series], time(index));
  }

  /** Mostly ordinary numbers, and everything a double can be that is not one. */
  private static long valueBits(long key, long time) {
    long random = NodeExporterSamples.mix(key ^ NodeExporterSamples.mix(time));
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
    long random = NodeExporterSamples.mix(number);
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
          key = NodeExporterSamples.mix(key ^ text.charAt(i));
        }
      }
    }
    return key;
  }
}
