package io.harvester.wire;

/**
 * A keyed 128-bit hash: the identity of a series in the cache, so that two label sets may share one
 * only by a chance of about 2<sup>-128</sup>, and nobody outside can compute a pair that does.
 *
 * <p>Two lanes with keys of their own each take in every byte, 16 at a time, by the 64×64→128 bit
 * multiplication that wyhash and XXH3 are built on. (One lane of 64 bits would not do: among 10
 * million series the chance of a collision is about 1 in 400,000 there.)
 */
final class LabelHash {
  private final long keyA;
  private final long keyB;
  private final long finalA;
  private final long finalB;
  private final long startA;
  private final long startB;

  /** Derives all keys from one random number per process. */
  LabelHash(long seed) {
    long state = seed;
    startA = splitMix(state += GOLDEN);
    startB = splitMix(state += GOLDEN);
    keyA = splitMix(state += GOLDEN);
    keyB = splitMix(state += GOLDEN);
    finalA = splitMix(state += GOLDEN);
    finalB = splitMix(state + GOLDEN);
  }

  /** The two lanes of one hash on its way; reused, so that hashing allocates nothing. */
  static final class Lanes {
    long a;
    long b;

    void set(long newA, long newB) {
      a = newA;
      b = newB;
    }
  }

  /** Starts a hash: other scope, other hash for the same bytes. */
  void start(Lanes lanes, long scope) {
    lanes.set(mix(scope ^ keyA, startA), mix(scope ^ keyB, startB));
  }

  /**
   * Takes in one run of bytes. The length counts too, so that what is cut into runs differently
   * hashes differently. {@link Bytes#PADDING} readable bytes must follow the run.
   */
  void absorb(Lanes lanes, byte[] in, int from, int to) {
    long a = lanes.a;
    long b = lanes.b;
    int p = from;
    for (; p <= to - 16; p += 16) {
      long first = Bytes.long64(in, p);
      long second = Bytes.long64(in, p + 8);
      a = mix(first ^ keyA, second ^ a);
      b = mix(second ^ keyB, first ^ b);
    }
    int rest = to - p;
    if (rest > 0) {
      long first = Bytes.long64(in, p) & lowBytes(Math.min(rest, 8));
      long second = rest > 8 ? Bytes.long64(in, p + 8) & lowBytes(rest - 8) : 0;
      a = mix(first ^ keyA, second ^ a);
      b = mix(second ^ keyB, first ^ b);
    }
    close(lanes, a, b, to - from);
  }

  /** Ends a run: its length goes in, and every bit of one lane reaches both. */
  void close(Lanes lanes, long a, long b, long length) {
    lanes.set(mix(a ^ finalA, b ^ length), mix(b ^ finalB, a ^ length));
  }

  /** One step of the first lane for two words that are hashes themselves. */
  long stepA(long a, long first, long second) {
    return mix(first ^ a, second ^ keyA);
  }

  /** One step of the second lane for two words that are hashes themselves. */
  long stepB(long b, long first, long second) {
    return mix(first ^ b, second ^ keyB);
  }

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** The 128-bit product of both, folded. */
  private static long mix(long x, long y) {
    return (x * y) ^ Math.multiplyHigh(x, y);
  }

  /** A mask for the first 1 to 8 bytes of a little-endian word. */
  private static long lowBytes(int count) {
    return -1L >>> (64 - 8 * count);
  }

  /** The output function of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long splitMix(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
