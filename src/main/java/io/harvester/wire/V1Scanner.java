// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/**
 * Scans {@code prometheus.WriteRequest} (1.0) once, into the columns of a {@link DecodedRequest}.
 */
final class V1Scanner {
  private static final int LEN = WireReader.LENGTH_DELIMITED;

  private V1Scanner() {}

  /**
   * Scans {@link DecodedRequest#body}.
   *
   * <pre>
   * message WriteRequest {
   *   repeated TimeSeries timeseries = 1;
   *   repeated MetricMetadata metadata = 3;
   * }
   * </pre>
   */
  static void scan(DecodedRequest out, LabelHash hash, long scope)
      throws MalformedRequestException, RequestTooLargeException {
    WireReader reader = out.reader;
    LabelHash.Lanes lanes = out.lanes;
    hash.start(lanes, scope);
    long startA = lanes.a;
    long startB = lanes.b;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | LEN -> {
          int length = reader.length();
          int end = reader.end;
          reader.end = reader.at + length;
          lanes.set(startA, startB);
          series(reader, out, hash);
          reader.end = end;
        }
        case 3 << 3 | LEN -> {
          int end = reader.endOfField();
          out.addMetadata(reader.at, end);
          reader.at = end;
        }
        default -> reader.skip(tag, 0);
      }
    }
  }

  /**
   * Scans one series.
   *
   * <pre>
   * message TimeSeries {
   *   repeated Label labels = 1;
   *   repeated Sample samples = 2;
   *   repeated Exemplar exemplars = 3;
   *   repeated Histogram histograms = 4;
   * }
   * </pre>
   */
  private static void series(WireReader reader, DecodedRequest out, LabelHash hash)
      throws MalformedRequestException, RequestTooLargeException {
    int series = out.addSeries(reader.at, reader.end);
    if (!out.skimmed || !skim(reader, out, hash, series)) {
      read(reader, out, hash, series);
    }
    out.hashHigh[series] = out.lanes.a;
    out.hashLow[series] = out.lanes.b;
  }

  private static boolean skim(WireReader reader, DecodedRequest out, LabelHash hash, int series)
      throws RequestTooLargeException {
    out.firstSample[series] = out.sampleCount;
    int labelsEnd = LoneSample.find(reader.in, reader.at, reader.end);
    if (labelsEnd < 0) {
      return false;
    }
    LoneSample.add(reader.in, labelsEnd, reader.end, out);
    hash.absorb(out.lanes, reader.in, reader.at, labelsEnd);
    reader.at = reader.end;
    return true;
  }

  private static void read(WireReader reader, DecodedRequest out, LabelHash hash, int series)
      throws MalformedRequestException, RequestTooLargeException {
    int histograms = out.histogramCount;
    int exemplars = out.exemplarCount;
    int firstSample = out.sampleCount;
    out.firstSample[series] = firstSample;
    while (reader.hasMore()) {
      int start = reader.at;
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | LEN -> {
          labels(reader);
          hash.absorb(out.lanes, reader.in, start, reader.at);
        }
        case 2 << 3 | LEN -> SampleScanner.scan(reader, out, false);
        case 3 << 3 | LEN -> exemplar(reader, out, series);
        case 4 << 3 | LEN -> {
          int end = reader.endOfField();
          out.addHistogram(series, reader.at, end);
          reader.at = end;
        }
        default -> reader.skip(tag, 1);
      }
    }
    if (out.sampleCount == firstSample
        && out.histogramCount == histograms
        && out.exemplarCount == exemplars) {
      out.defect[series] = SeriesDefect.NO_DATA.code();
    }
  }

  /**
   * Scans a run of labels; the tag of the first one has been read.
   *
   * <p>Nearly every label is {@code 0A length 0A length name 12 length value} with lengths below
   * 128, which one load and one comparison detect. A load may reach into the padding, but then the
   * comparison with the length fails.
   */
  private static void labels(WireReader reader) throws MalformedRequestException {
    byte[] in = reader.in;
    int end = reader.end;
    int at = reader.at - 1;
    while (true) {
      long head = LittleEndian.long64(in, at);
      int length = (int) (head >>> 8) & 0x7F;
      int next = at + 2 + length;
      int name = (int) (head >>> 24) & 0x7F;
      int value = length - 4 - name;
      if ((head & 0x80FF80FFL) == 0x000A000AL
          && value >= 0
          && next <= end
          && LittleEndian.short16(in, at + 4 + name) == (0x12 | value << 8)) {
        at = next;
      } else {
        reader.at = at + 1;
        LabelScanner.label(reader, 2);
        at = reader.at;
      }
      if (at >= end || in[at] != 0x0A) {
        reader.at = at;
        return;
      }
    }
  }

  /**
   * Scans one exemplar.
   *
   * <pre>
   * message Exemplar {
   *   repeated Label labels = 1;
   *   double value = 2;
   *   int64 timestamp = 3;
   * }
   * </pre>
   */
  private static void exemplar(WireReader reader, DecodedRequest out, int series)
      throws MalformedRequestException, RequestTooLargeException {
    int length = reader.length();
    int outer = reader.end;
    reader.end = reader.at + length;
    int exemplar = out.addExemplar(series, reader.at, reader.end);
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | LEN -> LabelScanner.label(reader, 3);
        case 2 << 3 | WireReader.FIXED64 -> out.exemplarBits[exemplar] = reader.fixed64();
        case 3 << 3 | WireReader.VARINT -> out.exemplarTime[exemplar] = reader.varint64();
        default -> reader.skip(tag, 2);
      }
    }
    reader.end = outer;
  }
}
