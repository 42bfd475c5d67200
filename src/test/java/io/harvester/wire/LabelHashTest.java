// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The hash is uniform and depends on key, scope, order, run lengths and every bit. */
class LabelHashTest {
  private static final int MAX_LENGTH = 140;

  private LabelHash hash = new LabelHash(1);
  private final Random random = new Random(5);

  private record Hash(long high, long low) {}

  @Test
  void one_flipped_bit_flips_every_output_bit_half_of_the_time() {
    for (int length : new int[] {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 97, 128}) {
      int[] flips = new int[128];
      int rounds = 4_000;
      for (int i = 0; i < rounds; i++) {
        // One byte has too few values; different keys give more cases.
        hash = new LabelHash(random.nextLong());
        byte[] bytes = noise(length);
        Hash before = hash(bytes, 0, length);
        int bit = random.nextInt(8 * length);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Hash after = hash(bytes, 0, length);
        for (int j = 0; j < 64; j++) {
          flips[j] += (int) ((before.high() ^ after.high()) >>> j & 1);
          flips[64 + j] += (int) ((before.low() ^ after.low()) >>> j & 1);
        }
      }
      for (int flip : flips) {
        // One half, with a tolerance of six standard deviations.
        assertEquals(0.5, (double) flip / rounds, 6 * 0.5 / Math.sqrt(rounds));
      }
    }
  }

  @Test
  void numbered_labels_spread_like_random_numbers() {
    int count = 1 << 17;
    int[] buckets = new int[1 << 12];
    Set<Long> high32 = new HashSet<>();
    Set<Long> low32 = new HashSet<>();
    Set<Long> cross32 = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Hash each = hash("host-" + i + ".example.com:9100,cpu=" + (i & 7));
      buckets[(int) each.high() & buckets.length - 1]++;
      high32.add(each.high() >>> 32);
      low32.add(each.low() & 0xFFFFFFFFL);
      cross32.add((each.high() ^ each.low()) >>> 16 & 0xFFFFFFFFL);
    }
    double mean = (double) count / buckets.length;
    double chiSquare =
        Arrays.stream(buckets).mapToDouble(n -> (n - mean) * (n - mean) / mean).sum();
    assertEquals(buckets.length, chiSquare, 6 * Math.sqrt(2.0 * buckets.length));
    // Among 2^17 random 32-bit numbers two collisions are expected.
    assertTrue(high32.size() > count - 14, "high " + high32.size());
    assertTrue(low32.size() > count - 14, "low " + low32.size());
    assertTrue(cross32.size() > count - 14, "both " + cross32.size());
  }

  @Test
  void every_length_of_zeros_differs() {
    Set<Hash> seen = new HashSet<>();
    for (int length = 0; length <= MAX_LENGTH; length++) {
      assertTrue(seen.add(hash(new byte[length], 0, length)));
    }
  }

  @Test
  void surrounding_bytes_do_not_matter() {
    for (int length = 0; length <= MAX_LENGTH; length++) {
      byte[] content = noise(length);
      Hash expected = hash(content, 0, length);
      for (int offset = 0; offset < 9; offset++) {
        byte[] other = noise(offset + length);
        System.arraycopy(content, 0, other, offset, length);
        assertEquals(expected, hash(other, offset, offset + length));
      }
    }
  }

  @Test
  void every_byte_matters() {
    for (int length = 1; length <= MAX_LENGTH; length++) {
      byte[] content = noise(length);
      Hash before = hash(content, 0, length);
      for (int i = 0; i < length; i++) {
        content[i]++;
        Hash after = hash(content, 0, length);
        content[i]--;
        assertNotEquals(before.high(), after.high());
        assertNotEquals(before.low(), after.low());
      }
    }
  }

  @Test
  void swapped_words_differ() {
    byte[] content = noise(128);
    Hash before = hash(content, 0, 128);
    for (int i = 0; i < 16; i++) {
      for (int j = 0; j < i; j++) {
        byte[] swapped = content.clone();
        System.arraycopy(content, 8 * i, swapped, 8 * j, 8);
        System.arraycopy(content, 8 * j, swapped, 8 * i, 8);
        assertNotEquals(before.high(), hash(swapped, 0, 128).high());
        assertNotEquals(before.low(), hash(swapped, 0, 128).low());
      }
    }
  }

  @Test
  void run_lengths_matter() {
    Set<Hash> seen = new HashSet<>();
    byte[] content = padded(noise(100));
    LabelHash.Lanes lanes = new LabelHash.Lanes();
    for (int cut = 0; cut <= 100; cut++) {
      hash.start(lanes, 0);
      hash.absorb(lanes, content, 0, cut);
      hash.absorb(lanes, content, cut, 100);
      assertTrue(seen.add(new Hash(lanes.a, lanes.b)));
    }
  }

  @Test
  void key_and_scope_matter() {
    byte[] content = padded("up".getBytes(StandardCharsets.UTF_8));
    Set<Hash> seen = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      for (long scope = 0; scope < 10; scope++) {
        LabelHash.Lanes lanes = new LabelHash.Lanes();
        LabelHash keyed = new LabelHash(seed);
        keyed.start(lanes, scope);
        keyed.absorb(lanes, content, 0, 2);
        assertTrue(seen.add(new Hash(lanes.a, lanes.b)));
      }
    }
  }

  private Hash hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return hash(bytes, 0, bytes.length);
  }

  private Hash hash(byte[] content, int from, int to) {
    LabelHash.Lanes lanes = new LabelHash.Lanes();
    hash.start(lanes, 0);
    hash.absorb(lanes, padded(Arrays.copyOf(content, to)), from, to);
    return new Hash(lanes.a, lanes.b);
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  /** Appends noise to the content, which must not matter. */
  private byte[] padded(byte[] content) {
    byte[] padded = noise(content.length + LittleEndian.PADDING);
    System.arraycopy(content, 0, padded, 0, content.length);
    return padded;
  }
}
