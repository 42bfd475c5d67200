// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import java.util.Arrays;

/** Numbers distinct longs from 0 in the order of insertion: an open-addressing hash map. */
public final class LongIndex {
  private static final int MIN_PLACES = 64;
  private static final long MIXER = 0x9E3779B97F4A7C15L;

  private long[] values = new long[MIN_PLACES / 2];
  private int[] places = new int[MIN_PLACES]; // index + 1; 0: free
  private int size;

  /** Empties the index; the memory of a large one is released. */
  public void clear() {
    if (places.length > 1 << 16) {
      values = new long[MIN_PLACES / 2];
      places = new int[MIN_PLACES];
    } else {
      Arrays.fill(places, 0);
    }
    size = 0;
  }

  /** Number of distinct values. */
  public int size() {
    return size;
  }

  /** The value with that index. */
  public long value(int index) {
    return values[index];
  }

  /** The index of a value; -1 if it is absent. */
  public int find(long value) {
    return places[place(value)] - 1;
  }

  /** The index of a value, which is added if it is absent. */
  public int add(long value) {
    int place = place(value);
    if (places[place] == 0) {
      if (size == values.length) {
        grow();
        place = place(value);
      }
      values[size] = value;
      places[place] = ++size;
    }
    return places[place] - 1;
  }

  /** Approximate memory use, in bytes. */
  public long bytes() {
    return (long) values.length * Long.BYTES + (long) places.length * Integer.BYTES;
  }

  private int place(long value) {
    int mask = places.length - 1;
    long mixed = value * MIXER;
    int place = (int) (mixed >>> 32 ^ mixed >>> 48) & mask;
    while (places[place] != 0 && values[places[place] - 1] != value) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    values = Arrays.copyOf(values, size * 2);
    places = new int[places.length * 2];
    for (int index = 0; index < size; index++) {
      places[place(values[index])] = index + 1;
    }
  }
}
