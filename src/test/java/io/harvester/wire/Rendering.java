// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/** The content of a decoded request, as the same text that {@link Oracle} writes. */
final class Rendering {
  private final DecodedRequest request;
  private final StringBuilder text = new StringBuilder();
  private int histogram;
  private int exemplar;

  private Rendering(DecodedRequest request) {
    this.request = request;
  }

  /** Also parses histograms and metadata, which the scan does not. */
  static String of(DecodedRequest request) throws InvalidProtocolBufferException {
    Rendering rendering = new Rendering(request);
    for (int i = 0; i < request.seriesCount; i++) {
      rendering.series(i);
    }
    for (int i = 0; i < request.metadataCount; i++) {
      rendering.text.append("metadata ");
      rendering.message("MetricMetadata", request.metadataStart[i], request.metadataEnd[i]);
      rendering.text.append('\n');
    }
    return rendering.text.toString();
  }

  private void series(int series) throws InvalidProtocolBufferException {
    SeriesDefect defect = SeriesDefect.of(request.defect[series]);
    text.append(defect);
    if (defect != SeriesDefect.ODD_LABEL_REFS && defect != SeriesDefect.REFERENCE_OUT_OF_RANGE) {
      labels(visitor -> LabelReader.visit(request, series, visitor));
    }
    if (request.metadataType[series] >= 0) {
      text.append(" metadata ").append(request.metadataType[series]);
      text.append(' ').append(request.helpRef[series]);
      text.append(' ').append(request.unitRef[series]);
    }
    if (request.version == MessageVersion.V2) {
      text.append(" start ").append(request.seriesStartTime[series]);
    }
    for (int i = request.firstSample[series]; i < request.firstSample[series + 1]; i++) {
      text.append("\n sample ").append(' ').append(request.sampleTime[i]).append(' ');
      text.append(Long.toHexString(request.sampleBits[i])).append(' ');
      text.append(request.hasSampleStartTimes ? request.sampleStartTime[i] : 0);
    }
    for (; isOf(series, request.histogramSeries, request.histogramCount, histogram); histogram++) {
      text.append("\n histogram ");
      message("Histogram", request.histogramStart[histogram], request.histogramEnd[histogram]);
    }
    for (; isOf(series, request.exemplarSeries, request.exemplarCount, exemplar); exemplar++) {
      exemplar(exemplar);
    }
    text.append('\n');
  }

  private void exemplar(int index) {
    SeriesDefect defect = SeriesDefect.of(request.exemplarDefect[index]);
    text.append("\n exemplar ").append(defect);
    if (defect == SeriesDefect.NONE) {
      labels(visitor -> LabelReader.visitExemplar(request, index, visitor));
    }
    text.append(' ').append(request.exemplarTime[index]).append(' ');
    text.append(Long.toHexString(request.exemplarBits[index]));
  }

  private static boolean isOf(int series, int[] column, int count, int index) {
    return index < count && column[index] == series;
  }

  private void labels(Consumer<LabelVisitor> source) {
    text.append(" {");
    source.accept(
        (nameStart, nameEnd, valueStart, valueEnd) ->
            text.append(hex(nameStart, nameEnd))
                .append('=')
                .append(hex(valueStart, valueEnd))
                .append(','));
    text.append('}');
  }

  private String hex(int start, int end) {
    return HexFormat.of().formatHex(request.body, start, end);
  }

  private void message(String type, int start, int end) throws InvalidProtocolBufferException {
    byte[] range = Arrays.copyOfRange(request.body, start, end);
    text.append(Oracle.hex(Oracle.parse(request.version, type, range).toByteString()));
  }
}
