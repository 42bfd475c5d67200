// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.util.Arrays;

/**
 * A list of times that series of a node share in one hour.
 *
 * @param id {@code clock_id}; 0: not stored yet
 * @param times ms since the epoch, ascending
 */
record Clock(long id, long[] times) {
  private static final int SEQUENCE_BITS = 40;

  /** Milliseconds per clock. */
  static final long HOUR = 3_600_000;

  /** The number of the hour of a time, ms since the epoch. */
  static long hour(long time) {
    return Math.floorDiv(time, HOUR);
  }

  /** The lowest {@code clock_id} of an hour. */
  static long firstId(long hour) {
    return hour << SEQUENCE_BITS;
  }

  /** Whether the clock has all these times, in ascending order. */
  boolean contains(long[] some) {
    if (some.length > times.length) {
      return false;
    }
    int at = 0;
    for (long time : some) {
      while (at < times.length && times[at] < time) {
        at++;
      }
      if (at == times.length || times[at] != time) {
        return false;
      }
      at++;
    }
    return true;
  }

  /** A key that is equal for equal times. */
  static Object key(long[] times) {
    return new Key(times);
  }

  private record Key(long[] times) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(times, key.times);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(times);
    }
  }
}
