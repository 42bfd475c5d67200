// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** The limits bound the memory of a request, whatever a message contains. */
class DecodedRequestTest {
  private static final int ITEMS = 5_000;
  private static final String SETTING = "HARVESTER_MAX_REQUEST_ITEMS";

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(1 << 24, ITEMS, 1);
  private final DecodedRequest request = new DecodedRequest();

  @Test
  void as_many_items_as_the_limit_are_accepted() throws Exception {
    decode(MessageVersion.V1, m -> repeat(ITEMS, () -> m.message(1, s -> {})));
    assertEquals(ITEMS, request.seriesCount);
    decode(
        MessageVersion.V2,
        m -> m.message(5, s -> repeat(ITEMS, () -> s.message(2, sample -> sample.varint(2, 1)))));
    assertEquals(ITEMS, request.sampleCount);
    assertTrue(request.retainedBytes() < 2_000_000, request.retainedBytes() + " bytes");
  }

  @Test
  void one_item_more_is_too_large() {
    int more = ITEMS + 1;
    assertTooMany("series", MessageVersion.V1, m -> repeat(more, () -> m.message(1, s -> {})));
    assertTooMany("series", MessageVersion.V2, m -> repeat(more, () -> m.message(5, s -> {})));
    assertTooMany("symbols", MessageVersion.V2, m -> repeat(more, () -> m.string(4, "")));
    assertTooMany("metadata", MessageVersion.V1, m -> repeat(more, () -> m.message(3, s -> {})));
    assertTooMany("samples", MessageVersion.V1, inSeries(1, 2, more));
    assertTooMany("exemplars", MessageVersion.V1, inSeries(1, 3, more));
    assertTooMany("histograms", MessageVersion.V1, inSeries(1, 4, more));
    assertTooMany("samples", MessageVersion.V2, inSeries(5, 2, more));
    assertTooMany("histograms", MessageVersion.V2, inSeries(5, 3, more));
    assertTooMany("exemplars", MessageVersion.V2, inSeries(5, 4, more));
  }

  @Test
  void invalid_limits_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new RemoteWriteDecoder(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new RemoteWriteDecoder(1L << 31, 1));
    assertThrows(IllegalArgumentException.class, () -> new RemoteWriteDecoder(1000, 10, 1));
  }

  private static Consumer<WireWriter> inSeries(int series, int field, int count) {
    return m -> m.message(series, s -> repeat(count, () -> s.message(field, x -> {})));
  }

  private static void repeat(int times, Runnable what) {
    for (int i = 0; i < times; i++) {
      what.run();
    }
  }

  private void assertTooMany(String what, MessageVersion version, Consumer<WireWriter> message) {
    String text =
        assertThrows(RequestTooLargeException.class, () -> decode(version, message)).getMessage();
    assertTrue(text.contains(what) && text.contains("5000") && text.contains(SETTING), text);
  }

  private void decode(MessageVersion version, Consumer<WireWriter> message) throws Exception {
    byte[] block = Snappy.compress(WireWriter.message(message));
    decoder.decode(block, block.length, version, 0, request);
  }
}
