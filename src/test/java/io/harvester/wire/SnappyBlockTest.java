// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedOutputStream;

/** Blocks are decompressed, or refused before memory is allocated. */
class SnappyBlockTest {
  private static final long LIMIT = 1 << 20;

  private final DecodedRequest request = new DecodedRequest();

  @Test
  void blocks_of_every_small_size_come_back() throws Exception {
    Random random = new Random(1);
    for (int size = 0; size < 300; size++) {
      byte[] message = new byte[size];
      random.nextBytes(message);
      Arrays.fill(message, 0, size / 2, (byte) 7);
      byte[] block = Snappy.compress(message);
      // Bytes beyond the length are ignored.
      decompress(Arrays.copyOf(block, block.length + 9), block.length);
      assertArrayEquals(message, Arrays.copyOf(request.body, request.bodyLength));
    }
  }

  @Test
  void a_body_exactly_at_the_limit_is_accepted() throws Exception {
    byte[] block = Snappy.compress(new byte[(int) LIMIT]);
    decompress(block, block.length);
    assertEquals(LIMIT, request.bodyLength);
  }

  @Test
  void a_block_with_maximum_expansion_is_accepted() throws Exception {
    // A literal of one byte, then copies of 64 bytes in three bytes each.
    int copies = 10_000;
    WireWriter block = new WireWriter().number(1 + 64 * copies).raw((byte) 0, (byte) 'x');
    for (int i = 0; i < copies; i++) {
      block.raw((byte) ((63 << 2) | 2), (byte) 1, (byte) 0);
    }
    decompress(block.toBytes(), block.toBytes().length);
    assertEquals(1 + 64 * copies, request.bodyLength);
    assertEquals('x', request.body[64 * copies]);
  }

  @Test
  void one_byte_over_the_limit_is_too_large() {
    assertTooLarge(LIMIT + 1);
    String message = assertTooLarge(1L << 40);
    assertTrue(message.contains("1099511627776"), message);
    assertTrue(message.contains("1048576"), message);
    assertTrue(message.contains("HARVESTER_MAX_DECOMPRESSED_BYTES"), message);
    assertEquals(64 * 1024, request.body.length);
  }

  @Test
  void an_impossible_expansion_is_malformed() {
    assertMalformed("cannot expand", new WireWriter().number(65).raw((byte) 0, (byte) 0, (byte) 0));
    assertMalformed("cannot expand", new WireWriter().number(LIMIT));
    assertEquals(64 * 1024, request.body.length);
  }

  @Test
  void other_formats_are_malformed() throws Exception {
    assertMalformed("empty body", new WireWriter());
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    try (SnappyFramedOutputStream out = new SnappyFramedOutputStream(framed)) {
      out.write(new byte[1000]);
    }
    assertMalformed("block format", new WireWriter().raw(framed.toByteArray()));
  }

  @Test
  void broken_blocks_are_malformed() throws Exception {
    assertMalformed("no decompressed size", new WireWriter().raw((byte) 0x80));
    assertMalformed("malformed", new WireWriter().number(0, 6));
    assertMalformed("malformed", new WireWriter().number(0, 12));
    assertMalformed("malformed", new WireWriter().number(0).raw((byte) 0, (byte) 1));
    // A copy from before the start.
    assertMalformed("malformed", new WireWriter().number(4).raw((byte) 1, (byte) 1));
    byte[] block =
        Snappy.compress("some text, some more text, some text".getBytes(StandardCharsets.UTF_8));
    for (int length = 1; length < block.length; length++) {
      assertMalformed("malformed", new WireWriter().raw(Arrays.copyOf(block, length)));
    }
    assertMalformed("malformed", new WireWriter().raw(block).raw((byte) 0, (byte) 1));
  }

  private void decompress(byte[] block, int length) throws Exception {
    SnappyBlock.decompress(block, length, LIMIT, request);
  }

  private String assertTooLarge(long size) {
    byte[] block = new WireWriter().number(size).raw(new byte[100]).toBytes();
    return assertThrows(RequestTooLargeException.class, () -> decompress(block, block.length))
        .getMessage();
  }

  private void assertMalformed(String fragment, WireWriter block) {
    byte[] bytes = block.toBytes();
    String message =
        assertThrows(MalformedRequestException.class, () -> decompress(bytes, bytes.length))
            .getMessage();
    assertTrue(message.contains(fragment), message);
  }
}
