package io.harvester.wire;

import java.util.Arrays;

/**
 * One request as columns: what a {@link RequestDecoder} leaves behind, with no object per series or
 * sample. Instances are reused; every array may be longer than its count says, and all content is
 * void after the next decode. Byte ranges refer to {@link #body}.
 */
public final class DecodedRequest {
  /** The decompressed message. */
  public byte[] body = new byte[64 * 1024];

  /** Bytes of {@link #body} that are the message. */
  public int bodyLength;

  /** Which message it is. */
  public MessageVersion version = MessageVersion.V1;

  /** Number of series. */
  public int seriesCount;

  /** First half of the 128-bit hash of each series' label bytes. */
  public long[] hashHigh = new long[1024];

  /** Second half of the 128-bit hash of each series' label bytes. */
  public long[] hashLow = new long[1024];

  /** Where each series' message content starts. */
  public int[] seriesStart = new int[1024];

  /** Where each series' message content ends (exclusive). */
  public int[] seriesEnd = new int[1024];

  /** First sample of each series: its samples end where those of the next one start. */
  public int[] firstSample = new int[1025];

  /** {@link SeriesDefect#ordinal()} of each series, as far as the scan finds it. */
  public byte[] defect = new byte[1024];

  /** Start timestamp given for the whole series (2.0 drafts, field 6), ms; 0: none. */
  public long[] seriesStartTime = new long[1024];

  /** Metadata of each series (2.0): type in the low byte; -1: none. */
  public int[] metadataType = new int[1024];

  /** Metadata of each series (2.0): symbol of the help text. */
  public int[] helpRef = new int[1024];

  /** Metadata of each series (2.0): symbol of the unit. */
  public int[] unitRef = new int[1024];

  /** Number of float samples. */
  public int sampleCount;

  /** Time of each sample, milliseconds since the epoch. */
  public long[] sampleTime = new long[1024];

  /** Value of each sample as its IEEE 754 bits, never as a double: NaN payloads must survive. */
  public long[] sampleBits = new long[1024];

  /** Start timestamp of each sample (2.0, field 3), ms; valid if {@link #hasSampleStartTimes}. */
  public long[] sampleStartTime = new long[1024];

  /** Whether any sample of the request has a start timestamp. */
  public boolean hasSampleStartTimes;

  /** Number of native histograms. */
  public int histogramCount;

  /** Series of each histogram. */
  public int[] histogramSeries = new int[16];

  /** Where each histogram's message content starts. */
  public int[] histogramStart = new int[16];

  /** Where each histogram's message content ends. */
  public int[] histogramEnd = new int[16];

  /** Number of exemplars. */
  public int exemplarCount;

  /** Series of each exemplar. */
  public int[] exemplarSeries = new int[16];

  /** Where each exemplar's message content starts. */
  public int[] exemplarStart = new int[16];

  /** Where each exemplar's message content ends. */
  public int[] exemplarEnd = new int[16];

  /** Number of metric metadata messages (1.0). */
  public int metadataCount;

  /** Where each metadata message's content starts (1.0). */
  public int[] metadataStart = new int[16];

  /** Where each metadata message's content ends (1.0). */
  public int[] metadataEnd = new int[16];

  /** Number of symbols (2.0). */
  public int symbolCount;

  /** Where each symbol starts (2.0). */
  public int[] symbolStart = new int[1024];

  /** Where each symbol ends (2.0). */
  public int[] symbolEnd = new int[1024];

  /** Forgets the content, keeps the memory. */
  public void clear() {
    bodyLength = 0;
    seriesCount = 0;
    sampleCount = 0;
    hasSampleStartTimes = false;
    histogramCount = 0;
    exemplarCount = 0;
    metadataCount = 0;
    symbolCount = 0;
  }

  /** Memory held by the arrays, in bytes. */
  public long retainedBytes() {
    return body.length
        + 8L * (hashHigh.length + hashLow.length + seriesStartTime.length)
        + 8L * (sampleTime.length + sampleBits.length + sampleStartTime.length)
        + 4L * (seriesStart.length + seriesEnd.length + firstSample.length + metadataType.length)
        + 4L * (helpRef.length + unitRef.length + symbolStart.length + symbolEnd.length)
        + 12L * (histogramSeries.length + exemplarSeries.length)
        + 8L * metadataStart.length
        + defect.length;
  }

  void ensureBody(int length) {
    if (body.length < length) {
      body = new byte[grown(body.length, length)];
    }
  }

  void growSeries() {
    int n = grown(hashHigh.length, hashHigh.length + 1);
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
  }

  void growSamples() {
    int n = grown(sampleTime.length, sampleTime.length + 1);
    sampleTime = Arrays.copyOf(sampleTime, n);
    sampleBits = Arrays.copyOf(sampleBits, n);
    sampleStartTime = Arrays.copyOf(sampleStartTime, n);
  }

  static int grown(int have, int need) {
    return Math.max(need, have + (have >> 1));
  }
}
