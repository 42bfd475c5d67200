// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Operations on the buckets of one sign. */
final class Sides {
  private Sides() {}

  /**
   * The sum, or the difference, of two sides of one schema. Buckets of the second one that lie
   * within the zero bucket are ignored: they are in the zero count.
   */
  static Side add(Side a, Side b, int schema, double zeroThreshold, boolean subtract) {
    int ignored = Bounds.within(zeroThreshold, b, schema);
    if (ignored == b.size()) {
      return a;
    }
    double sign = subtract ? -1 : 1;
    if (ignored > 0 || !a.hasLayoutOf(b)) {
      return new Merge(a, b, sign).merge(ignored);
    }
    double[] sums = new double[a.size()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = a.counts()[i] + b.counts()[i] * sign;
    }
    return a.withCounts(sums);
  }

  /** Whether a side has all buckets of another one, none of which lies within the zero bucket. */
  static boolean covers(Side side, Side b, int schema, double zeroThreshold) {
    if (b.isEmpty()) {
      return true;
    }
    return Bounds.within(zeroThreshold, b, schema) == 0
        && (side.hasLayoutOf(b) || walk(side, b, false));
  }

  /** Adds a side to another one that covers it. */
  static void addInPlace(Side to, Side b) {
    if (to.hasLayoutOf(b)) {
      addRun(to.counts(), 0, b.counts(), 0, b.size());
    } else {
      walk(to, b, true);
    }
  }

  /** Goes through the spans of b within those of another side, up to the first absent bucket. */
  private static boolean walk(Side to, Side b, boolean add) {
    int span = 0;
    int first = to.isEmpty() ? 0 : to.offsets()[0];
    int firstBucket = 0;
    int index = 0;
    int bucket = 0;
    for (int i = 0; i < b.lengths().length; i++) {
      index += b.offsets()[i];
      int left = b.lengths()[i];
      while (left > 0) {
        while (span < to.lengths().length && first + to.lengths()[span] <= index) {
          first += to.lengths()[span];
          firstBucket += to.lengths()[span];
          span++;
          first += span < to.lengths().length ? to.offsets()[span] : 0;
        }
        if (span == to.lengths().length || first > index) {
          return false;
        }
        int run = Math.min(left, first + to.lengths()[span] - index);
        if (add) {
          addRun(to.counts(), firstBucket + index - first, b.counts(), bucket, run);
        }
        index += run;
        bucket += run;
        left -= run;
      }
    }
    return true;
  }

  private static void addRun(double[] to, int toStart, double[] from, int fromStart, int length) {
    for (int i = 0; i < length; i++) {
      to[toStart + i] += from[fromStart + i];
    }
  }

  /** The buckets merged to those of a coarser exponential schema. */
  static Side reduce(Side side, int from, int to) {
    if (from == to || side.isEmpty()) {
      return side;
    }
    SpanList merged = new SpanList(side.lengths().length, side.size());
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < side.lengths().length; span++) {
      index += side.offsets()[span];
      for (int i = side.lengths()[span]; i > 0; i--) {
        int target = Bounds.reduced(index, from, to);
        if (merged.isEmpty() || target >= merged.end()) {
          merged.append(target, side.counts()[bucket]);
        } else {
          merged.addToLast(side.counts()[bucket]);
        }
        index++;
        bucket++;
      }
    }
    return merged.side();
  }

  /** The side without empty buckets and without spans that follow each other directly. */
  static Side compact(Side side) {
    if (isCompact(side)) {
      return side;
    }
    SpanList full = new SpanList(side.lengths().length, side.size());
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < side.lengths().length; span++) {
      index += side.offsets()[span];
      for (int i = side.lengths()[span]; i > 0; i--) {
        if (side.counts()[bucket] != 0) {
          full.append(index, side.counts()[bucket]);
        }
        index++;
        bucket++;
      }
    }
    return full.side();
  }

  static boolean isCompact(Side side) {
    for (double count : side.counts()) {
      if (count == 0) {
        return false;
      }
    }
    for (int span = 1; span < side.offsets().length; span++) {
      if (side.offsets()[span] == 0) {
        return false;
      }
    }
    return true;
  }

  /** The side without empty buckets and without those that start below the zero threshold. */
  static Side trimmed(Side side, int schema, double zeroThreshold) {
    double[] counts = null;
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < side.lengths().length; span++) {
      index += side.offsets()[span];
      for (int i = side.lengths()[span]; i > 0; i--) {
        if (Bounds.exponential(index - 1, schema) >= zeroThreshold) {
          return compact(counts == null ? side : side.withCounts(counts));
        }
        counts = counts == null ? side.counts().clone() : counts;
        counts[bucket] = 0;
        index++;
        bucket++;
      }
    }
    return Side.EMPTY;
  }

  /** One span from the first bucket that is not empty to the last one. */
  static Side inOneSpan(Side side) {
    Side full = compact(side);
    if (full.isEmpty()) {
      return Side.EMPTY;
    }
    int length = 0;
    for (int span = 0; span < full.lengths().length; span++) {
      length = Math.addExact(length, (span == 0 ? 0 : full.offsets()[span]) + full.lengths()[span]);
    }
    double[] counts = new double[length];
    int to = 0;
    int from = 0;
    for (int span = 0; span < full.lengths().length; span++) {
      to += span == 0 ? 0 : full.offsets()[span];
      System.arraycopy(full.counts(), from, counts, to, full.lengths()[span]);
      to += full.lengths()[span];
      from += full.lengths()[span];
    }
    return Side.of(full.offsets()[0], counts);
  }

  /**
   * Adds buckets of one side to another one with a different layout. The spans come out as in
   * Prometheus, since histograms with different spans are not equal: spans of the first side stay
   * apart even when the gap between them is filled.
   */
  private static final class Merge {
    private final Side a;
    private final Side b;
    private final double sign;
    private final SpanList merged;

    /** The next bucket of the first side: its span, the index in it, its number, its index. */
    private int span;

    private int inSpan;
    private int bucket;
    private int index;

    /** Whether the last span was opened just before the next span of the first side, to join it. */
    private boolean joined;

    Merge(Side a, Side b, double sign) {
      this.a = a;
      this.b = b;
      this.sign = sign;
      index = a.isEmpty() ? 0 : a.offsets()[0];
      merged = new SpanList(a.lengths().length + b.lengths().length, a.size() + b.size());
    }

    /** Merges all buckets except the first ones of the second side. */
    Side merge(int ignored) {
      int next = 0;
      int number = 0;
      for (int i = 0; i < b.lengths().length; i++) {
        next += b.offsets()[i];
        for (int left = b.lengths()[i]; left > 0; left--) {
          if (number >= ignored) {
            add(next, b.counts()[number] * sign);
          }
          next++;
          number++;
        }
      }
      while (bucket < a.size()) {
        copy(0, false);
      }
      return merged.side();
    }

    private void add(int at, double count) {
      while (bucket < a.size() && index < at) {
        copy(0, false);
      }
      if (bucket < a.size() && index == at) {
        copy(count, true);
      } else if (!merged.isEmpty() && merged.end() == at) {
        merged.extend(count);
      } else {
        joined = bucket < a.size() && inSpan == 0 && index == at + 1;
        merged.open(at, count);
      }
    }

    /** Takes the next bucket of the first side, with the count of the second side if it has it. */
    private void copy(double count, boolean both) {
      double sum = both ? a.counts()[bucket] + count : a.counts()[bucket];
      if (inSpan > 0 || joined) {
        merged.extend(sum);
      } else {
        merged.open(index, sum);
      }
      joined = false;
      bucket++;
      inSpan++;
      index++;
      if (inSpan == a.lengths()[span]) {
        inSpan = 0;
        span++;
        index += span < a.lengths().length ? a.offsets()[span] : 0;
      }
    }
  }
}
