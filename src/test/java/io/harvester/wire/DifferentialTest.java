// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/**
 * Compares the scanners with protobuf-java, and snappy with a plain implementation: both accept the
 * same bytes and read the same content. The seeds are fixed, so a failure is reproducible.
 */
class DifferentialTest {
  private static final int MESSAGES = 3_000;
  private static final Path CORPUS =
      Path.of("src", "test", "resources", "io", "harvester", "wire", "WireFuzzInputs");

  private final DecodingComparison comparison = new DecodingComparison();
  private int accepted;

  @ParameterizedTest
  @EnumSource
  void random_messages_read_the_same(MessageVersion version) throws IOException {
    MessageGenerator generator = new MessageGenerator(1);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] message = generator.next(version);
      assertTrue(comparison.message(message, version) || Oracle.isUnrecognized(message, version));
    }
  }

  @ParameterizedTest
  @EnumSource
  void damaged_messages_read_the_same(MessageVersion version) {
    MessageGenerator generator = new MessageGenerator(2);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] message = generator.next(version);
      for (int j = 0; j < 4; j++) {
        count(comparison.message(generator.mutate(message), version));
      }
    }
    assertDamageWasSubtle(4 * MESSAGES);
  }

  @ParameterizedTest
  @EnumSource
  void messages_cut_at_every_byte_read_the_same(MessageVersion version) {
    MessageGenerator generator = new MessageGenerator(3);
    for (int i = 0; i < 20; i++) {
      byte[] message = generator.next(version);
      for (int length = 0; length < message.length; length++) {
        comparison.message(Arrays.copyOf(message, length), version);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_value_of_every_byte_of_a_small_message_reads_the_same(MessageVersion version) {
    MessageGenerator generator = new MessageGenerator(4);
    for (int i = 0; i < 2; i++) {
      byte[] message = Arrays.copyOf(generator.next(version), 60);
      for (int at = 0; at < message.length; at++) {
        for (int value = 0; value < 256; value++) {
          byte[] copy = message.clone();
          copy[at] = (byte) value;
          comparison.message(copy, version);
        }
      }
    }
  }

  @Test
  void damaged_snappy_blocks_read_the_same() throws IOException {
    MessageGenerator generator = new MessageGenerator(5);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] block = Snappy.compress(generator.next(MessageVersion.V1));
      assertTrue(comparison.block(block));
      for (int j = 0; j < 4; j++) {
        count(comparison.block(generator.mutate(block)));
      }
    }
    assertDamageWasSubtle(4 * MESSAGES);
  }

  /** Inputs that coverage-guided fuzzing collected; see {@code WireFuzz}. */
  @Test
  void fuzzing_corpus_reads_the_same() throws IOException {
    for (byte[] block : corpus("snappy")) {
      comparison.block(block);
    }
    for (byte[] message : corpus("v1")) {
      comparison.message(message, MessageVersion.V1);
    }
    for (byte[] message : corpus("v2")) {
      comparison.message(message, MessageVersion.V2);
    }
  }

  private void count(boolean accept) {
    accepted += accept ? 1 : 0;
  }

  /** If nearly all or nearly no damaged inputs were accepted, they would test little. */
  private void assertDamageWasSubtle(int of) {
    assertTrue(accepted > of / 20, accepted + " accepted");
    assertTrue(accepted < of * 19L / 20, accepted + " accepted");
  }

  private static List<byte[]> corpus(String target) throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve(target))) {
      List<byte[]> inputs = files.sorted().map(DifferentialTest::read).toList();
      assertTrue(inputs.size() > 10, "no corpus");
      return inputs;
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
