// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast path for a series of 2.0, compared with protobuf-java and the general path. */
class TypicalSeriesTest {
  /** up{node="a"}, as Prometheus encodes it, without the fields after the sample. */
  private static final String REFS = "0A0401020304";

  private static final String SAMPLE = "121009000000000000F83F10808CD7E88B34";
  private static final String ZERO_SAMPLE = "120710808CD7E88B34";
  private static final String METADATA = "2A06080118052006";

  private static final String SYMBOLS =
      "2200" // ""
          + "22085F5F6E616D655F5F" // __name__
          + "22027570" // up
          + "22046E6F6465" // node
          + "220161" // a
          + "220448656C70" // Help
          + "220173"; // s

  private final DecodedRequest request = new DecodedRequest();

  @ParameterizedTest
  @ValueSource(
      strings = {
        REFS + SAMPLE,
        REFS + ZERO_SAMPLE,
        REFS + SAMPLE + METADATA,
        REFS + ZERO_SAMPLE + METADATA,
        REFS + SAMPLE + "2A020802",
        REFS + SAMPLE + "2A021805",
        REFS + SAMPLE + "2A00",
        "0A00" + SAMPLE,
      })
  void is_typical(String series) throws Exception {
    assertTrue(isTypical(series));
    assertEquals(1, request.sampleCount);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0A",
        REFS,
        SAMPLE + REFS,
        REFS + METADATA + SAMPLE,
        REFS + SAMPLE + SAMPLE,
        REFS + SAMPLE + METADATA + METADATA,
        REFS + SAMPLE + METADATA + "3001", // a start timestamp
        REFS + SAMPLE + "2A04180520860000", // bytes after the metadata
        "0A03010203" + SAMPLE, // a name without its value
        "0A0401020309" + SAMPLE, // a symbol that does not exist
        "0801100203" + SAMPLE, // not packed
      })
  void is_not_typical(String series) throws Exception {
    assertFalse(isTypical(series));
    assertEquals(0, request.sampleCount);
    assertEquals(-1, request.metadataType[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {REFS + SAMPLE + METADATA, REFS + ZERO_SAMPLE, REFS + ZERO_SAMPLE + "2A020802"})
  void every_value_of_every_byte_reads_the_same(String series) {
    DecodingComparison comparison = new DecodingComparison();
    byte[] message = message(series, series);
    int accepted = 0;
    for (int at = 0; at < message.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] copy = message.clone();
        copy[at] = (byte) value;
        accepted += comparison.message(copy, MessageVersion.V2) ? 1 : 0;
      }
    }
    assertTrue(accepted > message.length, accepted + " accepted");
  }

  @Test
  void a_message_cut_at_any_byte_reads_the_same() {
    DecodingComparison comparison = new DecodingComparison();
    byte[] whole = message(REFS + SAMPLE + METADATA);
    for (int length = 0; length < whole.length; length++) {
      comparison.message(Arrays.copyOf(whole, length), MessageVersion.V2);
    }
    assertTrue(comparison.message(whole, MessageVersion.V2));
  }

  private boolean isTypical(String series) throws Exception {
    byte[] message = message(series);
    request.clear();
    request.version = MessageVersion.V2;
    request.ensureBody(message.length);
    System.arraycopy(message, 0, request.body, 0, message.length);
    request.bodyLength = message.length;
    LabelHash hash = new LabelHash(42);
    request.reader.in = request.body;
    request.reader.enter(0, message.length);
    for (int i = 0; i < 7; i++) {
      request.reader.tag();
      int end = request.reader.endOfField();
      request.addSymbol(request.reader.at, end);
      request.reader.at = end;
    }
    request.reader.tag();
    int end = request.reader.endOfField();
    int index = request.addSeries(request.reader.at, end);
    request.reader.enter(request.reader.at, end);
    hash.start(request.lanes, 0);
    return TypicalSeries.read(request.reader, request, hash, index);
  }

  private static byte[] message(String... series) {
    HexFormat hex = HexFormat.of();
    StringBuilder message = new StringBuilder(SYMBOLS);
    for (String one : series) {
      message.append("2A").append(hex.toHexDigits((byte) (one.length() / 2))).append(one);
    }
    return hex.parseHex(message);
  }
}
