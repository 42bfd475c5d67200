// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Snappy's block format. A block starts with its decompressed size, which is checked before memory
 * is allocated: against the limit, and against the maximum expansion of the compressed bytes.
 *
 * @see <a href="https://github.com/google/snappy/blob/main/format_description.txt">The format</a>
 */
final class SnappyBlock {
  /**
   * The maximum expansion: a copy element of 3 bytes (tag and 16-bit offset) yields at most 64
   * bytes, and every other element yields less per byte.
   */
  private static final long MAX_EXPANSION_BYTES = 64;

  private static final long MAX_EXPANSION_FROM = 3;

  /** The start of the framed format, which the protocol does not use. No block starts like this. */
  private static final byte[] FRAMED = {
    (byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y',
  };

  private SnappyBlock() {}

  /** Decompresses a body into {@link DecodedRequest#body}. */
  static void decompress(byte[] compressed, int length, long limit, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException {
    int size = (int) decompressedSize(compressed, length, limit);
    into.ensureBody(size);
    into.bodyLength = inflate(compressed, length, size, into.body);
  }

  /** The size that the block declares, checked against the limit and the maximum expansion. */
  static long decompressedSize(byte[] compressed, int length, long limit)
      throws MalformedRequestException, RequestTooLargeException {
    if (length == 0) {
      throw new MalformedRequestException("empty body: a snappy block has at least one byte");
    }
    if (length >= FRAMED.length
        && Arrays.equals(compressed, 0, FRAMED.length, FRAMED, 0, FRAMED.length)) {
      throw new MalformedRequestException(
          "the body has snappy's framed (stream) format; remote write requires the block format");
    }
    long size = 0;
    int preamble = 0;
    int shift = 0;
    byte next;
    do {
      // Snappy allows five bytes. Up to nine are accepted here, so that a size such as 1 TiB is
      // reported as too large and not as malformed.
      if (preamble == length || preamble == 9) {
        throw new MalformedRequestException("malformed snappy block: no decompressed size");
      }
      next = compressed[preamble++];
      size |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    check(size, length - preamble, limit);
    return size;
  }

  private static void check(long size, int contentLength, long limit)
      throws MalformedRequestException, RequestTooLargeException {
    if (size > limit) {
      throw new RequestTooLargeException(
          ("the body declares %d bytes decompressed; the limit is %d"
                  + " (HARVESTER_MAX_DECOMPRESSED_BYTES)")
              .formatted(size, limit));
    }
    if (size * MAX_EXPANSION_FROM > contentLength * MAX_EXPANSION_BYTES) {
      throw new MalformedRequestException(
          "malformed snappy block: it declares %d bytes, but its %d bytes cannot expand to that"
              .formatted(size, contentLength));
    }
  }

  private static int inflate(byte[] compressed, int length, int size, byte[] into)
      throws MalformedRequestException {
    try {
      // The native code reads the same preamble and writes no byte beyond the size in it.
      int written = Snappy.rawUncompress(compressed, 0, length, into, 0);
      if (written == size) {
        return size;
      }
    } catch (IOException e) {
      throw new MalformedRequestException("malformed snappy block: " + e.getMessage());
    }
    throw new MalformedRequestException("malformed snappy block: size differs from its preamble");
  }
}
