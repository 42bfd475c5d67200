// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Compares the decoder with protobuf-java and with a plain implementation of snappy. */
final class DecodingComparison {
  static final int LIMIT = 1 << 20;

  private static final int MANY_SERIES = 100_000;

  private static final String REFUSED = "refused";

  /** The message was skimmed and contains series that were never parsed. */
  private static final String UNKNOWN = "unknown";

  /**
   * The only intended difference from protobuf-java 4.36.2: if a number has more than ten bytes,
   * protobuf-java either refuses it, as the format requires, or ends it at the tenth byte,
   * depending on how many bytes follow.
   */
  private static final String ELEVENTH_BYTE = "number of more than ten bytes";

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(LIMIT, 42);
  private final DecodedRequest request = new DecodedRequest();
  private final Random noise = new Random(7);
  private final Set<List<Long>> read = new HashSet<>();

  /** Compares the scan of a message with protobuf-java; returns whether both accept it. */
  boolean message(byte[] message, MessageVersion version) {
    String expected;
    try {
      expected = Oracle.isUnrecognized(message, version) ? REFUSED : Oracle.read(message, version);
    } catch (InvalidProtocolBufferException e) {
      expected = REFUSED;
    }
    String actual = scan(message, version, false);
    if (actual.equals(ELEVENTH_BYTE)) {
      return false;
    }
    assertEquals(expected, actual, () -> HexFormat.of().formatHex(message));
    boolean accepted = !expected.equals(REFUSED);
    if (accepted && read.size() < MANY_SERIES) {
      read.addAll(hashes());
    }
    String skimmed = scan(message, version, version == MessageVersion.V1);
    if (!skimmed.equals(UNKNOWN)) {
      assertEquals(expected, skimmed, () -> HexFormat.of().formatHex(message));
    }
    return accepted;
  }

  private List<List<Long>> hashes() {
    return IntStream.range(0, request.seriesCount)
        .mapToObj(i -> List.of(request.hashHigh[i], request.hashLow[i]))
        .toList();
  }

  /**
   * Compares the decompression of a block with a plain implementation; returns whether both accept
   * it.
   */
  boolean block(byte[] block) {
    byte[] expected = PlainSnappy.decompress(block, LIMIT);
    request.clear();
    try {
      SnappyBlock.decompress(block, block.length, LIMIT, request);
    } catch (MalformedRequestException | RequestTooLargeException e) {
      assertNull(expected, e.getMessage());
      return false;
    }
    assertArrayEquals(expected, Arrays.copyOf(request.body, request.bodyLength));
    return true;
  }

  private String scan(byte[] message, MessageVersion version, boolean skimmed) {
    request.clear();
    request.version = version;
    request.skimmed = skimmed;
    request.ensureBody(message.length);
    System.arraycopy(message, 0, request.body, 0, message.length);
    // The bytes after the message must not matter.
    byte[] rest = new byte[Math.min(200, request.body.length - message.length)];
    noise.nextBytes(rest);
    System.arraycopy(rest, 0, request.body, message.length, rest.length);
    request.bodyLength = message.length;
    try {
      decoder.scan(request, 0);
      if (skimmed && !read.containsAll(hashes())) {
        return UNKNOWN;
      }
      readHistograms();
      return Rendering.of(request);
    } catch (MalformedRequestException e) {
      return e.getMessage().endsWith(ELEVENTH_BYTE) ? ELEVENTH_BYTE : REFUSED;
    } catch (InvalidProtocolBufferException e) {
      return REFUSED;
    } catch (RequestTooLargeException e) {
      throw new AssertionError(e);
    }
  }

  /** {@link Oracle} compares the bytes of histograms; here their parsing must only not fail. */
  private void readHistograms() {
    for (int i = 0; i < request.histogramCount; i++) {
      try {
        assertTrue(NativeHistogram.read(request, i).schema() <= 8);
      } catch (InvalidHistogramException e) {
        assertTrue(e.reason().contains("histogram"));
      }
    }
  }
}
