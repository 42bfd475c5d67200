package io.harvester.wire;

import java.util.Arrays;

/**
 * One request as columns: what a {@link RemoteWriteDecoder} leaves behind, with no object per
 * series or sample. Instances are reused; every array may be longer than its count says, and all
 * content is void after the next decode. Byte ranges refer to {@link #body}.
 */
public final class DecodedRequest {
  private static final int FEW = 16;
  private static final int MANY = 1024;
  private static final int BODY = 64 * 1024;

  /** The decompressed message. */
  public byte[] body = new byte[BODY];

  /** Bytes of {@link #body} that are the message. */
  public int bodyLength;

  /** Which message it is. */
  public MessageVersion version = MessageVersion.V1;

  /** Number of series. */
  public int seriesCount;

  /** First half of the 128-bit hash of each series' label bytes. */
  public long[] hashHigh = new long[MANY];

  /** Second half of the 128-bit hash of each series' label bytes. */
  public long[] hashLow = new long[MANY];

  /** Where each series' message content starts. */
  public int[] seriesStart = new int[MANY];

  /** Where each series' message content ends (exclusive). */
  public int[] seriesEnd = new int[MANY];

  /** First sample of each series: its samples end where those of the next one start. */
  public int[] firstSample = new int[MANY + 1];

  /** {@link SeriesDefect#code()} of each series, as far as the scan finds it. */
  public byte[] defect = new byte[MANY];

  /** Start timestamp given for the whole series (2.0 drafts, field 6), ms; 0: none. */
  public long[] seriesStartTime = new long[MANY];

  /** Metadata of each series (2.0): type in the low byte; -1: none. */
  public int[] metadataType = new int[MANY];

  /** Metadata of each series (2.0): symbol of the help text. */
  public int[] helpRef = new int[MANY];

  /** Metadata of each series (2.0): symbol of the unit. */
  public int[] unitRef = new int[MANY];

  /** Symbol of each series' metric name (2.0), as far as the scan finds it; -1: not found. */
  public int[] metricNameRef = new int[MANY];

  /** Number of float samples. */
  public int sampleCount;

  /** Time of each sample, milliseconds since the epoch. */
  public long[] sampleTime = new long[MANY];

  /** Value of each sample as its IEEE 754 bits, never as a double: NaN payloads must survive. */
  public long[] sampleBits = new long[MANY];

  /** Start timestamp of each sample (2.0, field 3), ms; valid if {@link #hasSampleStartTimes}. */
  public long[] sampleStartTime = new long[MANY];

  /** Whether any sample of the request has a start timestamp. */
  public boolean hasSampleStartTimes;

  /** Whether any series of the request has a start timestamp. */
  public boolean hasSeriesStartTimes;

  /** Number of native histograms. */
  public int histogramCount;

  /** Series of each histogram. */
  public int[] histogramSeries = new int[FEW];

  /** Where each histogram's message content starts. */
  public int[] histogramStart = new int[FEW];

  /** Where each histogram's message content ends. */
  public int[] histogramEnd = new int[FEW];

  /** Number of exemplars. */
  public int exemplarCount;

  /** Series of each exemplar. */
  public int[] exemplarSeries = new int[FEW];

  /** Where each exemplar's message content starts. */
  public int[] exemplarStart = new int[FEW];

  /** Where each exemplar's message content ends. */
  public int[] exemplarEnd = new int[FEW];

  /** Time of each exemplar, milliseconds since the epoch. */
  public long[] exemplarTime = new long[FEW];

  /** Value of each exemplar as its IEEE 754 bits. */
  public long[] exemplarBits = new long[FEW];

  /** {@link SeriesDefect#code()} of each exemplar's label references (2.0). */
  public byte[] exemplarDefect = new byte[FEW];

  /** Number of metric metadata messages (1.0). */
  public int metadataCount;

  /** Where each metadata message's content starts (1.0). */
  public int[] metadataStart = new int[FEW];

  /** Where each metadata message's content ends (1.0). */
  public int[] metadataEnd = new int[FEW];

  /** Number of symbols (2.0). */
  public int symbolCount;

  /** Where each symbol starts (2.0). */
  public int[] symbolStart = new int[MANY];

  /** Where each symbol ends (2.0). */
  public int[] symbolEnd = new int[MANY];

  /** Hashes of the symbols (2.0), two words each. */
  long[] symbolHash = new long[2 * MANY];

  /** The symbol {@code __name__} (2.0); -1: there is none. */
  int nameSymbol = -1;

  /** The most that a request may have of any one thing; no column gets longer. */
  int maxItems = Integer.MAX_VALUE;

  /**
   * Whether labels were taken on trust: a series is as it is here if its hash is that of a series
   * that was read, and otherwise it has yet to be read.
   */
  public boolean skimmed;

  /** The hash being computed. */
  final LabelHash.Lanes lanes = new LabelHash.Lanes();

  /** The references of the series being read (2.0). */
  final RefScanner seriesRefs = new RefScanner();

  /** The references of the exemplar being read (2.0). */
  final RefScanner exemplarRefs = new RefScanner();

  /** The place being read. */
  final WireReader reader = new WireReader();

  /** A hash of a symbol (2.0), the same for the same text within this process. */
  public long symbolHash(int symbol) {
    return symbolHash[2 * symbol];
  }

  /** Forgets the content, keeps the memory. */
  public void clear() {
    bodyLength = 0;
    clearColumns();
  }

  /** Forgets what was read, keeps the message. */
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

  /**
   * Forgets the content, and the memory too if it is more than wanted: one huge request must not
   * hold its memory for the life of the process.
   */
  public void trim(long maxRetainedBytes) {
    clear();
    if (retainedBytes() <= maxRetainedBytes) {
      return;
    }
    body = new byte[BODY];
    resizeSeries(MANY);
    resizeSamples(MANY);
    resizeHistograms(FEW);
    resizeExemplars(FEW);
    resizeMetadata(FEW);
    resizeSymbols(MANY);
  }

  void ensureBody(int length) {
    int need = length + LittleEndian.PADDING;
    if (body.length < need) {
      body = new byte[Math.max(need, body.length + (body.length >> 1))];
    }
  }

  /** Opens a series; what belongs to it follows. */
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

  private int grown(int have, String what) throws RequestTooLargeException {
    if (have >= maxItems) {
      throw new RequestTooLargeException(
          "the request has more than %d %s (HARVESTER_MAX_REQUEST_ITEMS)"
              .formatted(maxItems, what));
    }
    return Math.min(maxItems, have + (have >> 1));
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
