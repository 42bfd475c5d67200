// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/**
 * A keyed 128-bit hash, which identifies a series in the cache. Two label sets collide with a
 * probability of about 2<sup>-128</sup>, and a sender cannot construct a collision without the key.
 *
 * <p>Each of two lanes has its own keys and absorbs every byte, 32 bytes per step, with the
 * 64×64→128 bit multiplication of wyhash and XXH3. One lane of 64 bits is not enough: among 10
 * million series it has a collision with a probability of about 1 in 400,000.
 */
final class LabelHash {
  private final long startA;
  private final long startB;
  private final long keyA;
  private final long keyB;
  private final long evenA;
  private final long evenB;
  private final long oddA;
  private final long oddB;
  private final long finalA;
  private final long finalB;

  /** Derives all keys from one random number per process. */
  LabelHash(long seed) {
    startA = splitMix(seed, 1);
    startB = splitMix(seed, 2);
    keyA = splitMix(seed, 3);
    keyB = splitMix(seed, 4);
    evenA = splitMix(seed, 5);
    evenB = splitMix(seed, 6);
    oddA = splitMix(seed, 7);
    oddB = splitMix(seed, 8);
    finalA = splitMix(seed, 9);
    finalB = splitMix(seed, 10);
  }

  /** The state of one hash; reused, so that hashing allocates nothing. */
  static final class Lanes {
    long a;
    long b;

    void set(long newA, long newB) {
      a = newA;
      b = newB;
    }
  }

  /** Starts a hash. The same bytes have different hashes in different scopes. */
  void start(Lanes lanes, long scope) {
    lanes.set(mix(scope ^ keyA, startA), mix(scope ^ keyB, startB));
  }

  /**
   * Absorbs one run of bytes and its length, so that the same bytes in other runs have another
   * hash. {@link LittleEndian#PADDING} readable bytes must follow the run.
   */
  void absorb(Lanes lanes, byte[] in, int from, int to) {
    int length = to - from;
    if (length < 16) {
      absorbShort(lanes, in, from, length);
      return;
    }
    long a = lanes.a;
    long b = lanes.b;
    int p = from;
    while (p < to - 32) {
      long w0 = LittleEndian.long64(in, p);
      long w1 = LittleEndian.long64(in, p + 8);
      long w2 = LittleEndian.long64(in, p + 16);
      long w3 = LittleEndian.long64(in, p + 24);
      a = stepA(a, w0, w1, w2, w3);
      b = stepB(b, w0, w1, w2, w3);
      p += 32;
    }
    // The last step overlaps the previous one, so that it always has 32 bytes. In a run of less
    // than 32 bytes its two halves overlap.
    int last = Math.max(from, to - 32);
    long w0 = LittleEndian.long64(in, last);
    long w1 = LittleEndian.long64(in, last + 8);
    long w2 = LittleEndian.long64(in, to - 16);
    long w3 = LittleEndian.long64(in, to - 8);
    close(lanes, stepA(a, w0, w1, w2, w3), stepB(b, w0, w1, w2, w3), length);
  }

  private void absorbShort(Lanes lanes, byte[] in, int from, int length) {
    long w0 = 0;
    long w1 = 0;
    if (length > 8) {
      w0 = LittleEndian.long64(in, from);
      w1 = LittleEndian.long64(in, from + 8) & lowBytes(length - 8);
    } else if (length > 0) {
      w0 = LittleEndian.long64(in, from) & lowBytes(length);
    }
    close(lanes, stepA(lanes.a, w0, w1), stepB(lanes.b, w0, w1), length);
  }

  /** Ends a run: absorbs its length and mixes both lanes. */
  void close(Lanes lanes, long a, long b, long length) {
    lanes.set(mix(a ^ finalA, b ^ length), mix(b ^ finalB, a ^ length));
  }

  /** One step of the first lane. */
  long stepA(long a, long w0, long w1) {
    return mix(w0 ^ a, w1 ^ keyA);
  }

  /** One step of the second lane. */
  long stepB(long b, long w0, long w1) {
    return mix(w0 ^ keyB, w1 ^ b);
  }

  // Only one of the two products of a long step depends on the previous step.

  private long stepA(long a, long w0, long w1, long w2, long w3) {
    return stepA(a, w0, w1) ^ mix(w2 ^ evenA, w3 ^ oddA);
  }

  private long stepB(long b, long w0, long w1, long w2, long w3) {
    return stepB(b, w1, w2) ^ mix(w3 ^ evenB, w0 ^ oddB);
  }

  /** The 128-bit product, folded to 64 bits. */
  private static long mix(long x, long y) {
    return (x * y) ^ Math.multiplyHigh(x, y);
  }

  /** A mask for the first 1 to 8 bytes of a little-endian long. */
  private static long lowBytes(int count) {
    return -1L >>> (64 - 8 * count);
  }

  /** The n-th output of the generator SplitMix64 (Steele, Lea, Flood 2014). */
  private static long splitMix(long seed, int n) {
    long z = seed + n * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
