// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static io.harvester.wire.MessageVersion.V1;
import static io.harvester.wire.MessageVersion.V2;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.proto.v1.Label;
import io.harvester.proto.v1.Sample;
import io.harvester.proto.v1.TimeSeries;
import io.harvester.proto.v1.WriteRequest;
import io.harvester.proto.v2.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** Decoding of well-formed requests of both versions. */
class RemoteWriteDecoderTest {
  private static final long STALE = 0x7FF0000000000002L;

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(1 << 20, 42);
  private final DecodedRequest request = new DecodedRequest();

  @Test
  void v1_series_become_columns() throws Exception {
    decode(
        WriteRequest.newBuilder()
            .addTimeseries(
                TimeSeries.newBuilder()
                    .addLabels(label("__name__", "up"))
                    .addLabels(label("node", "a"))
                    .addSamples(Sample.newBuilder().setValue(1).setTimestamp(1_700_000_000_000L))
                    .addSamples(Sample.newBuilder().setTimestamp(-1)))
            .addTimeseries(TimeSeries.newBuilder().addLabels(label("__name__", "up")))
            .build()
            .toByteArray(),
        V1);

    assertEquals(2, request.seriesCount);
    assertEquals(2, request.sampleCount);
    assertEquals(0, request.firstSample[0]);
    assertEquals(2, request.firstSample[1]);
    assertEquals(2, request.firstSample[2]);
    assertEquals(1_700_000_000_000L, request.sampleTime[0]);
    assertEquals(Double.doubleToRawLongBits(1), request.sampleBits[0]);
    assertEquals(-1, request.sampleTime[1]);
    assertEquals(0, request.sampleBits[1]);
    assertEquals(List.of("__name__=up", "node=a"), labels(0));
    assertEquals(SeriesDefect.NONE, SeriesDefect.of(request.defect[0]));
    assertEquals(SeriesDefect.NO_DATA, SeriesDefect.of(request.defect[1]));
    assertNotEquals(request.hashHigh[0], request.hashHigh[1]);
    assertNotEquals(request.hashLow[0], request.hashLow[1]);
  }

  @Test
  void v2_series_become_columns() throws Exception {
    decode(
        Request.newBuilder()
            .addSymbols("")
            .addSymbols("__name__")
            .addSymbols("up")
            .addSymbols("help")
            .addTimeseries(
                io.harvester.proto.v2.TimeSeries.newBuilder()
                    .addLabelsRefs(1)
                    .addLabelsRefs(2)
                    .setMetadata(
                        io.harvester.proto.v2.Metadata.newBuilder().setTypeValue(2).setHelpRef(3))
                    .addSamples(v2Sample(STALE, 5, 0))
                    .addSamples(v2Sample(0, 6, 4)))
            .addTimeseries(io.harvester.proto.v2.TimeSeries.newBuilder().addLabelsRefs(1))
            .addTimeseries(
                io.harvester.proto.v2.TimeSeries.newBuilder().addLabelsRefs(1).addLabelsRefs(4))
            .build()
            .toByteArray(),
        V2);

    assertEquals(3, request.seriesCount);
    assertEquals(2, request.sampleCount);
    assertEquals(STALE, request.sampleBits[0]);
    assertTrue(request.hasSampleStartTimes);
    assertEquals(0, request.sampleStartTime[0]);
    assertEquals(4, request.sampleStartTime[1]);
    assertEquals(2, request.metadataType[0]);
    assertEquals(3, request.helpRef[0]);
    assertEquals(-1, request.metadataType[1]);
    assertEquals(List.of("__name__=up"), labels(0));
    assertEquals(SeriesDefect.NONE, SeriesDefect.of(request.defect[0]));
    assertEquals(SeriesDefect.ODD_LABEL_REFS, SeriesDefect.of(request.defect[1]));
    assertEquals(SeriesDefect.REFERENCE_OUT_OF_RANGE, SeriesDefect.of(request.defect[2]));
  }

  @Test
  void empty_message_is_an_empty_request() throws Exception {
    for (MessageVersion version : MessageVersion.values()) {
      decoder.decode(new byte[1], 1, version, 0, request);
      assertEquals(0, request.bodyLength);
      assertEquals(0, request.seriesCount);
      assertEquals(0, request.firstSample[0]);
      assertFalse(request.hasSampleStartTimes);
    }
  }

  private static Label label(String name, String value) {
    return Label.newBuilder().setName(name).setValue(value).build();
  }

  private static io.harvester.proto.v2.Sample v2Sample(long bits, long time, long start) {
    return io.harvester.proto.v2.Sample.newBuilder()
        .setValue(Double.longBitsToDouble(bits))
        .setTimestamp(time)
        .setStartTimestamp(start)
        .build();
  }

  private void decode(byte[] message, MessageVersion version) throws Exception {
    byte[] compressed = Snappy.compress(message);
    decoder.decode(compressed, compressed.length, version, 0, request);
  }

  private List<String> labels(int series) {
    List<String> labels = new ArrayList<>();
    LabelReader.visit(
        request,
        series,
        (nameStart, nameEnd, valueStart, valueEnd) ->
            labels.add(
                new String(request.body, nameStart, nameEnd - nameStart, UTF_8)
                    + "="
                    + new String(request.body, valueStart, valueEnd - valueStart, UTF_8)));
    return labels;
  }
}
