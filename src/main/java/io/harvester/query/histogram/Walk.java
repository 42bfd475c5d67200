// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Goes through the buckets of one side, by ascending or descending index. */
final class Walk {
  private final Side side;
  private final int step;
  private int span;
  private int left;
  private int bucket;
  private int index;

  private Walk(Side side, int step, int span, int bucket, int index) {
    this.side = side;
    this.step = step;
    this.span = span;
    this.bucket = bucket;
    this.index = index;
    left = side.isEmpty() ? 0 : side.lengths()[span];
  }

  static Walk ascending(Side side) {
    return new Walk(side, 1, 0, -1, side.isEmpty() ? 0 : side.offsets()[0] - 1);
  }

  static Walk descending(Side side) {
    int end = 0;
    for (int i = 0; i < side.lengths().length; i++) {
      end += side.offsets()[i] + side.lengths()[i];
    }
    return new Walk(side, -1, side.lengths().length - 1, side.size(), end);
  }

  /** Goes to the next bucket, if there is one. */
  boolean next() {
    int next = bucket + step;
    if (next < 0 || next >= side.size()) {
      return false;
    }
    bucket = next;
    index += step;
    if (left == 0) {
      index += step > 0 ? side.offsets()[span + 1] : -side.offsets()[span];
      span += step;
      left = side.lengths()[span];
    }
    left--;
    return true;
  }

  int index() {
    return index;
  }

  double count() {
    return side.counts()[bucket];
  }
}
