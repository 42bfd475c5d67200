// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.tool;

/** Mixing of 64-bit numbers, for simulated values and for digests. */
public final class Hashing {
  private Hashing() {}

  /** Spreads the bits of a number over all 64 bits (splitmix64). */
  public static long mix(long x) {
    long z = x + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
