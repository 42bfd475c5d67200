// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.util.Arrays;

/**
 * One request, decoded by {@link RemoteWriteDecoder} into columns, without an object per series or
 * sample. Instances are reused: the next decode overwrites the content. An array may be longer than
 * its count. Byte ranges refer to {@link #body}.
 */
public final class DecodedRequest {
  /** Initial length of the columns of histograms, exemplars and metadata. */
  private static final int SHORT_COLUMN = 16;

  /** Initial length of the columns of series, samples and symbols. */
  private static final int LONG_COLUMN = 1024;

  private static final int INITIAL_BODY_BYTES = 64 * 1024;

  /** The decompressed message. */
  public byte[] body = new byte[INITIAL_BODY_BYTES];

  /** Length of the message in {@link #body}. */
  public int bodyLength;

  /** Type of the message. */
  public MessageVersion version = MessageVersion.V1;

  /** Number of series. */
  public int seriesCount;

  /** Upper half of the 128-bit hash of each series' labels. */
  public long[] hashHigh = new long[LONG_COLUMN];

  /** Lower half of the 128-bit hash of each series' labels. */
  public long[] hashLow = new long[LONG_COLUMN];

  /** Where each series' message content starts. */
  public int[] seriesStart = new int[LONG_COLUMN];

  /** Where each series' message content ends (exclusive). */
  public int[] seriesEnd = new int[LONG_COLUMN];

  /** First sample of each series; its samples end where those of the next series start. */
  public int[] firstSample = new int[LONG_COLUMN + 1];

  /** {@link SeriesDefect#code()} of each series, as far as the scan detects it. */
  public byte[] defect = new byte[LONG_COLUMN];

  /** Start timestamp of each series (drafts of 2.0, field 6), ms; 0: none. */
  public long[] seriesStartTime = new long[LONG_COLUMN];

  /** Metadata of each series (2.0): metric type; -1: no metadata. */
  public int[] metadataType = new int[LONG_COLUMN];

  /** Metadata of each series (2.0): symbol of the help text. */
  public int[] helpRef = new int[LONG_COLUMN];

  /** Metadata of each series (2.0): symbol of the unit. */
  public int[] unitRef = new int[LONG_COLUMN];

  /** Symbol of each series' metric name (2.0); -1: see {@link LabelReader#metricNameSymbol}. */
  public int[] metricNameRef = new int[LONG_COLUMN];

  /** Number of float samples. */
  public int sampleCount;

  /** Time of each sample, milliseconds since the epoch. */
  public long[] sampleTime = new long[LONG_COLUMN];

  /** Value of each sample as IEEE 754 bits, because a double might lose the payload of a NaN. */
  public long[] sampleBits = new long[LONG_COLUMN];

  /** Start timestamp of each sample (2.0, field 3), ms; valid if {@link #hasSampleStartTimes}. */
  public long[] sampleStartTime = new long[LONG_COLUMN];

  /** Whether any sample of the request has a start timestamp. */
  public boolean hasSampleStartTimes;

  /** Whether any series of the request has a start timestamp. */
  public boolean hasSeriesStartTimes;

  /** Number of native histograms. */
  public int histogramCount;

  /** Series of each histogram. */
  public int[] histogramSeries = new int[SHORT_COLUMN];

  /** Where each histogram's message content starts. */
  public int[] histogramStart = new int[SHORT_COLUMN];

  /** Where each histogram's message content ends. */
  public int[] histogramEnd = new int[SHORT_COLUMN];

  /** Number of exemplars. */
  public int exemplarCount;

  /** Series of each exemplar. */
  public int[] exemplarSeries = new int[SHORT_COLUMN];

  /** Where each exemplar's message content starts. */
  public int[] exemplarStart = new int[SHORT_COLUMN];

  /** Where each exemplar's message content ends. */
  public int[] exemplarEnd = new int[SHORT_COLUMN];

  /** Time of each exemplar, milliseconds since the epoch. */
  public long[] exemplarTime = new long[SHORT_COLUMN];

  /** Value of each exemplar as IEEE 754 bits. */
  public long[] exemplarBits = new long[SHORT_COLUMN];

  /** {@link SeriesDefect#code()} of each exemplar's label references (2.0). */
  public byte[] exemplarDefect = new byte[SHORT_COLUMN];

  /** Number of metric metadata messages (1.0). */
  public int metadataCount;

  /** Where each metadata message's content starts (1.0). */
  public int[] metadataStart = new int[SHORT_COLUMN];

  /** Where each metadata message's content ends (1.0). */
  public int[] metadataEnd = new int[SHORT_COLUMN];

  /** Number of symbols (2.0). */
  public int symbolCount;

  /** Where each symbol starts (2.0). */
  public int[] symbolStart = new int[LONG_COLUMN];

  /** Where each symbol ends (2.0). */
  public int[] symbolEnd = new int[LONG_COLUMN];

  /** Hashes of the symbols (2.0), two longs each. */
  long[] symbolHash = new long[2 * LONG_COLUMN];

  /** Index of the symbol {@code __name__} (2.0); -1: none. */
  int nameSymbol = -1;

  /** How many symbols are {@code __name__} (2.0); one, except for careless senders. */
  int nameSymbols;

  /** Maximum number of items of each kind, which is the maximum length of every column. */
  int maxItems = Integer.MAX_VALUE;

  /**
   * Whether labels were hashed without being parsed. A series whose hash is known from a parsed
   * request is valid; any other series must be parsed by {@link RemoteWriteDecoder#read}.
   */
  public boolean skimmed;

  /** The hash being computed. */
  final LabelHash.Lanes lanes = new LabelHash.Lanes();

  /** Scans the label references of the current series (2.0). */
  final RefScanner seriesRefs = new RefScanner();

  /** Scans the label references of the current exemplar (2.0). */
  final RefScanner exemplarRefs = new RefScanner();

  /** The position of the scan. */
  final WireReader reader = new WireReader();

  /** Hash of a symbol (2.0); equal symbols have equal hashes within one process. */
  public long symbolHash(int symbol) {
    return symbolHash[2 * symbol];
  }

  /** Discards the content and keeps the arrays. */
  public void clear() {
    bodyLength = 0;
    clearColumns();
  }

  /** Discards the columns and keeps the message. */
  void clearColumns() {
    skimmed = false;
    seriesCount = 0;
    firstSample[0] = 0;
    sampleCount = 0;
    hasSampleStartTimes = false;
    hasSeriesStartTimes = false;
    histogramCount = 0;
    exemplarCount = 0;
    metadataCount = 0;
    symbolCount = 0;
  }

  /** Memory held by the arrays, in bytes. */
  public long retainedBytes() {
    return body.length
        + 53L * hashHigh.length
        + 24L * sampleTime.length
        + 12L * histogramSeries.length
        + 29L * exemplarSeries.length
        + 8L * metadataStart.length
        + 24L * symbolStart.length;
  }

  void ensureBody(int length) {
    int need = length + LittleEndian.PADDING;
    if (body.length < need) {
      body = new byte[Math.max(need, body.length + (body.length >> 1))];
    }
  }

  /** Adds a series; its samples, histograms and exemplars follow. */
  int addSeries(int start, int end) throws RequestTooLargeException {
    int i = seriesCount;
    if (i == hashHigh.length) {
      resizeSeries(grown(i, "series"));
    }
    seriesStart[i] = start;
    seriesEnd[i] = end;
    defect[i] = 0;
    seriesStartTime[i] = 0;
    metadataType[i] = -1;
    metricNameRef[i] = -1;
    seriesCount = i + 1;
    return i;
  }

  void addSample(long time, long bits, long startTime) throws RequestTooLargeException {
    int i = sampleCount;
    if (i == sampleTime.length) {
      resizeSamples(grown(i, "samples"));
    }
    sampleTime[i] = time;
    sampleBits[i] = bits;
    sampleStartTime[i] = startTime;
    sampleCount = i + 1;
  }

  void addHistogram(int series, int start, int end) throws RequestTooLargeException {
    int i = histogramCount;
    if (i == histogramSeries.length) {
      resizeHistograms(grown(i, "histograms"));
    }
    histogramSeries[i] = series;
    histogramStart[i] = start;
    histogramEnd[i] = end;
    histogramCount = i + 1;
  }

  int addExemplar(int series, int start, int end) throws RequestTooLargeException {
    int i = exemplarCount;
    if (i == exemplarSeries.length) {
      resizeExemplars(grown(i, "exemplars"));
    }
    exemplarSeries[i] = series;
    exemplarStart[i] = start;
    exemplarEnd[i] = end;
    exemplarTime[i] = 0;
    exemplarBits[i] = 0;
    exemplarDefect[i] = 0;
    exemplarCount = i + 1;
    return i;
  }

  void addMetadata(int start, int end) throws RequestTooLargeException {
    int i = metadataCount;
    if (i == metadataStart.length) {
      resizeMetadata(grown(i, "metadata messages"));
    }
    metadataStart[i] = start;
    metadataEnd[i] = end;
    metadataCount = i + 1;
  }

  void addSymbol(int start, int end) throws RequestTooLargeException {
    int i = symbolCount;
    if (i == symbolStart.length) {
      resizeSymbols(grown(i, "symbols"));
    }
    symbolStart[i] = start;
    symbolEnd[i] = end;
    symbolCount = i + 1;
  }

  /** The next length of a full column, half as long again. */
  private int grown(int count, String items) throws RequestTooLargeException {
    if (count >= maxItems) {
      throw new RequestTooLargeException(
          "the request has more than %d %s (HARVESTER_MAX_REQUEST_ITEMS)"
              .formatted(maxItems, items));
    }
    return Math.min(maxItems, count + (count >> 1));
  }

  private void resizeSeries(int n) {
    hashHigh = Arrays.copyOf(hashHigh, n);
    hashLow = Arrays.copyOf(hashLow, n);
    seriesStart = Arrays.copyOf(seriesStart, n);
    seriesEnd = Arrays.copyOf(seriesEnd, n);
    firstSample = Arrays.copyOf(firstSample, n + 1);
    defect = Arrays.copyOf(defect, n);
    seriesStartTime = Arrays.copyOf(seriesStartTime, n);
    metadataType = Arrays.copyOf(metadataType, n);
    helpRef = Arrays.copyOf(helpRef, n);
    unitRef = Arrays.copyOf(unitRef, n);
    metricNameRef = Arrays.copyOf(metricNameRef, n);
  }

  private void resizeSamples(int n) {
    sampleTime = Arrays.copyOf(sampleTime, n);
    sampleBits = Arrays.copyOf(sampleBits, n);
    sampleStartTime = Arrays.copyOf(sampleStartTime, n);
  }

  private void resizeHistograms(int n) {
    histogramSeries = Arrays.copyOf(histogramSeries, n);
    histogramStart = Arrays.copyOf(histogramStart, n);
    histogramEnd = Arrays.copyOf(histogramEnd, n);
  }

  private void resizeExemplars(int n) {
    exemplarSeries = Arrays.copyOf(exemplarSeries, n);
    exemplarStart = Arrays.copyOf(exemplarStart, n);
    exemplarEnd = Arrays.copyOf(exemplarEnd, n);
    exemplarTime = Arrays.copyOf(exemplarTime, n);
    exemplarBits = Arrays.copyOf(exemplarBits, n);
    exemplarDefect = Arrays.copyOf(exemplarDefect, n);
  }

  private void resizeMetadata(int n) {
    metadataStart = Arrays.copyOf(metadataStart, n);
    metadataEnd = Arrays.copyOf(metadataEnd, n);
  }

  private void resizeSymbols(int n) {
    symbolStart = Arrays.copyOf(symbolStart, n);
    symbolEnd = Arrays.copyOf(symbolEnd, n);
    symbolHash = Arrays.copyOf(symbolHash, 2 * n);
  }
}
