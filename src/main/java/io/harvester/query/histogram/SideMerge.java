// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/**
 * Adds buckets of one side to another one with a different layout. The spans come out as in
 * Prometheus, since histograms with different spans are not equal: spans of the first side stay
 * apart even when the gap between them is filled.
 */
final class SideMerge {
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

  SideMerge(Side a, Side b, double sign) {
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
