// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

/** Skimming yields the same as parsing if the series is known, and another hash if it is not. */
class SkimTest {
  private static final long TIME = 1_790_000_000_000L;
  private static final Consumer<WireWriter> SAMPLE = sample(0x3FF8000000000000L, TIME);

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(1 << 20, 42);
  private final DecodedRequest read = new DecodedRequest();
  private final DecodedRequest skimmed = new DecodedRequest();

  @ParameterizedTest
  @ValueSource(longs = {0x3FF8000000000000L, 0, 1L << 63, 0x7FF0000000000002L, 0x1007121007120710L})
  void a_lone_sample_is_the_same_skimmed_or_read(long bits) throws Exception {
    decodeBoth(one(labels().andThen(sample(bits, TIME))));

    assertSameHash();
    assertEquals(1, skimmed.sampleCount);
    assertEquals(TIME, skimmed.sampleTime[0]);
    assertEquals(bits, skimmed.sampleBits[0]);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1, (1L << 35) - 1, 1L << 35, (1L << 42) - 1, 1L << 42})
  void every_length_of_a_time_reads_the_same(long time) throws Exception {
    decodeBoth(one(labels().andThen(sample(5, time))));

    assertSameHash();
    assertEquals(time, skimmed.sampleTime[0]);
  }

  @Test
  void several_samples_are_read() throws Exception {
    decodeBoth(one(labels().andThen(sample(0, TIME - 1)).andThen(SAMPLE)));
    assertSameHash();
    assertEquals(2, skimmed.sampleCount);

    decodeBoth(one(labels().andThen(SAMPLE).andThen(sample(0, TIME + 1))));
    assertSameHash();
    assertEquals(2, skimmed.sampleCount);
  }

  @Test
  void labels_are_parsed_only_on_demand() throws Exception {
    byte[] broken = compressed(one(series -> SAMPLE.accept(series.raw((byte) 0x0A, (byte) 0x7F))));
    decoder.skim(broken, broken.length, MessageVersion.V1, 0, skimmed);

    assertThrows(MalformedRequestException.class, () -> decoder.read(skimmed, 0));
  }

  @Test
  void bytes_that_resemble_labels_never_have_the_hash_of_labels() throws Exception {
    decodeBoth(one(labels().andThen(series -> series.string(9, "unknown field")).andThen(SAMPLE)));
    assertNotEquals(read.hashLow[0], skimmed.hashLow[0]);

    decoder.read(skimmed, 0);
    assertSameHash();
    assertFalse(skimmed.skimmed);
  }

  private void assertSameHash() {
    assertEquals(read.hashHigh[0], skimmed.hashHigh[0]);
    assertEquals(read.hashLow[0], skimmed.hashLow[0]);
    assertEquals(read.sampleCount, skimmed.sampleCount);
    assertEquals(read.firstSample[1], skimmed.firstSample[1]);
  }

  private void decodeBoth(Consumer<WireWriter> message) throws Exception {
    byte[] body = compressed(message);
    decoder.decode(body, body.length, MessageVersion.V1, 0, read);
    decoder.skim(body, body.length, MessageVersion.V1, 0, skimmed);
  }

  private static byte[] compressed(Consumer<WireWriter> message) throws Exception {
    return Snappy.compress(WireWriter.message(message));
  }

  private static Consumer<WireWriter> one(Consumer<WireWriter> series) {
    return message -> message.message(1, series);
  }

  private static Consumer<WireWriter> labels() {
    return series ->
        series
            .message(1, label -> label.string(1, "__name__").string(2, "up"))
            .message(1, label -> label.string(1, "node").string(2, "a"));
  }

  /** As Prometheus writes it, without zeros. */
  private static Consumer<WireWriter> sample(long bits, long time) {
    return series ->
        series.message(
            2,
            sample -> {
              if (bits != 0) {
                sample.fixed64(1, bits);
              }
              if (time != 0) {
                sample.varint(2, time);
              }
            });
  }
}
