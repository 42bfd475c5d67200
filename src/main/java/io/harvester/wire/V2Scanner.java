// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.nio.charset.StandardCharsets;

/**
 * Scans {@code io.prometheus.write.v2.Request} (2.0) into the columns of a {@link DecodedRequest}:
 * first the symbols and the bounds of the series, then the series, because symbols may follow the
 * series that reference them.
 */
final class V2Scanner {
  private static final int LEN = WireReader.LENGTH_DELIMITED;
  private static final int VARINT = WireReader.VARINT;

  /** {@code METRIC_TYPE_STATESET}. */
  private static final int MAX_METRIC_TYPE = 7;

  /** The eight bytes of {@code __name__}. */
  static final long METRIC_NAME =
      LittleEndian.long64("__name__".getBytes(StandardCharsets.US_ASCII), 0);

  private V2Scanner() {}

  /** Scans {@link DecodedRequest#body}. */
  static void scan(DecodedRequest out, LabelHash hash, long scope)
      throws MalformedRequestException, RequestTooLargeException {
    bounds(out.reader, out);
    hashSymbols(out, hash);
    hash.start(out.lanes, scope);
    long startA = out.lanes.a;
    long startB = out.lanes.b;
    for (int series = 0; series < out.seriesCount; series++) {
      out.reader.enter(out.seriesStart[series], out.seriesEnd[series]);
      out.lanes.set(startA, startB);
      series(out.reader, out, hash, series);
      out.hashHigh[series] = out.lanes.a;
      out.hashLow[series] = out.lanes.b;
    }
  }

  /**
   * Finds the bounds of symbols and series.
   *
   * <pre>
   * message Request {
   *   repeated string symbols = 4;
   *   repeated TimeSeries timeseries = 5;
   * }
   * </pre>
   */
  private static void bounds(WireReader reader, DecodedRequest out)
      throws MalformedRequestException, RequestTooLargeException {
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 4 << 3 | LEN -> {
          int end = reader.endOfField();
          out.addSymbol(reader.at, end);
          reader.at = end;
        }
        case 5 << 3 | LEN -> {
          int end = reader.endOfField();
          out.addSeries(reader.at, end);
          reader.at = end;
        }
        default -> reader.skip(tag, 0);
      }
    }
  }

  /** Hashes each symbol once; a series then absorbs two longs per reference. */
  private static void hashSymbols(DecodedRequest out, LabelHash hash) {
    LabelHash.Lanes lanes = out.lanes;
    hash.start(lanes, 0);
    long startA = lanes.a;
    long startB = lanes.b;
    byte[] body = out.body;
    out.nameSymbol = -1;
    out.nameSymbols = 0;
    for (int i = 0; i < out.symbolCount; i++) {
      int start = out.symbolStart[i];
      int end = out.symbolEnd[i];
      if (end - start == 8 && LittleEndian.long64(body, start) == METRIC_NAME) {
        out.nameSymbol = i;
        out.nameSymbols++;
      }
      lanes.set(startA, startB);
      hash.absorb(lanes, body, start, end);
      out.symbolHash[2 * i] = lanes.a;
      out.symbolHash[2 * i + 1] = lanes.b;
    }
  }

  /**
   * Scans one series.
   *
   * <pre>
   * message TimeSeries {
   *   repeated uint32 labels_refs = 1;
   *   repeated Sample samples = 2;
   *   repeated Histogram histograms = 3;
   *   repeated Exemplar exemplars = 4;
   *   Metadata metadata = 5;
   *   int64 created_timestamp = 6; // drafts before rc.4
   * }
   * </pre>
   */
  private static void series(WireReader reader, DecodedRequest out, LabelHash hash, int series)
      throws MalformedRequestException, RequestTooLargeException {
    int firstSample = out.sampleCount;
    int firstHistogram = out.histogramCount;
    int firstExemplar = out.exemplarCount;
    out.firstSample[series] = firstSample;
    if (!TypicalSeries.read(reader, out, hash, series)) {
      reader.enter(out.seriesStart[series], out.seriesEnd[series]);
      fields(reader, out, hash, series);
    }
    RefScanner refs = out.seriesRefs;
    SeriesDefect defect = refs.finish(out.lanes, hash);
    if (defect == SeriesDefect.NONE) {
      boolean samples = out.sampleCount > firstSample;
      boolean histograms = out.histogramCount > firstHistogram;
      boolean exemplars = out.exemplarCount > firstExemplar;
      defect = defect(out, series, samples, histograms, exemplars);
    }
    out.metricNameRef[series] = refs.metricName();
    out.defect[series] = defect.code();
  }

  private static void fields(WireReader reader, DecodedRequest out, LabelHash hash, int series)
      throws MalformedRequestException, RequestTooLargeException {
    RefScanner refs = out.seriesRefs;
    refs.start(out.lanes);
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | LEN -> refs.packed(reader, out, hash);
        case 1 << 3 | VARINT -> refs.one(reader.varint32(), out, hash);
        case 2 << 3 | LEN -> SampleScanner.scan(reader, out, true);
        case 3 << 3 | LEN -> {
          int end = reader.endOfField();
          out.addHistogram(series, reader.at, end);
          reader.at = end;
        }
        case 4 << 3 | LEN -> exemplar(reader, out, hash, series);
        case 5 << 3 | LEN -> metadata(reader, out, series);
        case 6 << 3 | VARINT -> {
          out.seriesStartTime[series] = reader.varint64();
          out.hasSeriesStartTimes = true;
        }
        default -> reader.skip(tag, 1);
      }
    }
  }

  private static SeriesDefect defect(
      DecodedRequest out, int series, boolean samples, boolean histograms, boolean exemplars) {
    if (out.metadataType[series] >= 0
        && (RefScanner.isOutside(out.helpRef[series], out.symbolCount)
            || RefScanner.isOutside(out.unitRef[series], out.symbolCount))) {
      return SeriesDefect.REFERENCE_OUT_OF_RANGE;
    }
    if (samples && histograms) {
      return SeriesDefect.MIXED_DATA;
    }
    return samples || histograms || exemplars ? SeriesDefect.NONE : SeriesDefect.NO_DATA;
  }

  /**
   * Scans one exemplar.
   *
   * <pre>
   * message Exemplar {
   *   repeated uint32 labels_refs = 1;
   *   double value = 2;
   *   int64 timestamp = 3;
   * }
   * </pre>
   */
  private static void exemplar(WireReader reader, DecodedRequest out, LabelHash hash, int series)
      throws MalformedRequestException, RequestTooLargeException {
    int length = reader.length();
    int outer = reader.end;
    reader.end = reader.at + length;
    int exemplar = out.addExemplar(series, reader.at, reader.end);
    RefScanner refs = out.exemplarRefs;
    refs.start(out.lanes);
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | LEN -> refs.packed(reader, out, hash);
        case 1 << 3 | VARINT -> refs.one(reader.varint32(), out, hash);
        case 2 << 3 | WireReader.FIXED64 -> out.exemplarBits[exemplar] = reader.fixed64();
        case 3 << 3 | VARINT -> out.exemplarTime[exemplar] = reader.varint64();
        default -> reader.skip(tag, 2);
      }
    }
    out.exemplarDefect[exemplar] = refs.finish(out.lanes, hash).code();
    reader.end = outer;
  }

  /**
   * Scans the metadata of a series. A second message is merged into the first.
   *
   * <pre>
   * message Metadata {
   *   MetricType type = 1;
   *   uint32 help_ref = 3;
   *   uint32 unit_ref = 4;
   * }
   * </pre>
   */
  private static void metadata(WireReader reader, DecodedRequest out, int series)
      throws MalformedRequestException {
    int length = reader.length();
    int outer = reader.end;
    reader.end = reader.at + length;
    if (out.metadataType[series] < 0) {
      out.metadataType[series] = 0;
      out.helpRef[series] = 0;
      out.unitRef[series] = 0;
    }
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | VARINT -> out.metadataType[series] = knownType(reader.varint32());
        case 3 << 3 | VARINT -> out.helpRef[series] = reader.varint32();
        case 4 << 3 | VARINT -> out.unitRef[series] = reader.varint32();
        default -> reader.skip(tag, 2);
      }
    }
    reader.end = outer;
  }

  /** The metric type; 0, unspecified, for types of later versions of the protocol. */
  static int knownType(int type) {
    return type >= 0 && type <= MAX_METRIC_TYPE ? type : 0;
  }
}
