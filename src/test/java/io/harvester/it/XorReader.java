// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import java.util.Map;
import java.util.TreeMap;

/** Decodes a chunk of Prometheus's XOR encoding (tsdb/chunkenc/xor.go). */
final class XorReader {
  private static final int[] DELTA_WIDTHS = {0, 14, 17, 20, 64};

  private final byte[] bytes;
  private long at = 16;
  private int leading;
  private int trailing;

  private XorReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The bits of the values by time. */
  static Map<Long, Long> read(byte[] chunk) {
    return new XorReader(chunk).samples();
  }

  private Map<Long, Long> samples() {
    int count = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    Map<Long, Long> samples = new TreeMap<>();
    long zigzag = varint();
    long time = (zigzag >>> 1) ^ -(zigzag & 1);
    long value = bits(64);
    samples.put(time, value);
    long delta = 0;
    for (int i = 1; i < count; i++) {
      delta = i == 1 ? varint() : delta + deltaOfDelta();
      time += delta;
      value ^= xor();
      samples.put(time, value);
    }
    return samples;
  }

  private long deltaOfDelta() {
    int ones = 0;
    while (ones < 4 && bits(1) == 1) {
      ones++;
    }
    int width = DELTA_WIDTHS[ones];
    if (width == 0) {
      return 0;
    }
    long value = bits(width);
    boolean negative = width < 64 && value > 1L << (width - 1);
    return negative ? value - (1L << width) : value;
  }

  private long xor() {
    if (bits(1) == 0) {
      return 0;
    }
    if (bits(1) == 1) {
      leading = (int) bits(5);
      int significant = (int) bits(6);
      trailing = 64 - leading - (significant == 0 ? 64 : significant);
    }
    return bits(64 - leading - trailing) << trailing;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      long next = bits(8);
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }

  private long bits(int width) {
    long value = 0;
    for (int i = 0; i < width; i++, at++) {
      value = (value << 1) | ((bytes[(int) (at >> 3)] >> (7 - (at & 7))) & 1);
    }
    return value;
  }
}
