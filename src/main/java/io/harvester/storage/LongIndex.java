package io.harvester.storage;

import java.util.Arrays;

/** Numbers different longs as they come, from 0 on: an open-addressing map without objects. */
public final class LongIndex {
  private static final int SMALLEST = 64;
  private static final long MIXER = 0x9E3779B97F4A7C15L;

  private long[] values = new long[SMALLEST / 2];
  private int[] places = new int[SMALLEST]; // index + 1; 0: free
  private int size;

  /** Forgets all; memory that one large use took is given back. */
  public void clear() {
    if (places.length > 1 << 16) {
      values = new long[SMALLEST / 2];
      places = new int[SMALLEST];
    } else {
      Arrays.fill(places, 0);
    }
    size = 0;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The value of a number. */
  public long value(int index) {
    return values[index];
  }

  /** The number of a value; -1 if it has none. */
  public int find(long value) {
    return places[place(value)] - 1;
  }

  /** The number of a value; the next one if it has none. */
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

  /** Bytes of memory, about. */
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
