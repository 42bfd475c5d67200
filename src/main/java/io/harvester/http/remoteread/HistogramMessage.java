// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.remoteread;

import io.harvester.proto.v1.BucketSpan;
import io.harvester.proto.v1.Histogram;
import io.harvester.wire.NativeHistogram;

/** Turns stored histograms into messages. */
final class HistogramMessage {
  private HistogramMessage() {}

  static Histogram of(NativeHistogram stored) {
    Histogram.Builder message =
        Histogram.newBuilder()
            .setTimestamp(stored.time())
            .setSchema(stored.schema())
            .setSum(Double.longBitsToDouble(stored.sumBits()))
            .setZeroThreshold(stored.zeroThreshold())
            .setResetHintValue(stored.resetHint());
    if (stored.isFloat()) {
      message.setCountFloat(Double.longBitsToDouble(stored.count()));
      message.setZeroCountFloat(Double.longBitsToDouble(stored.zeroCount()));
    } else {
      message.setCountInt(stored.count()).setZeroCountInt(stored.zeroCount());
    }
    addPositive(message, stored);
    addNegative(message, stored);
    for (double bound : stored.customValues()) {
      message.addCustomValues(bound);
    }
    return message.build();
  }

  private static void addPositive(Histogram.Builder message, NativeHistogram stored) {
    NativeHistogram.Side side = stored.positive();
    for (int span = 0; span < side.offsets().length; span++) {
      message.addPositiveSpans(span(side, span));
    }
    long before = 0;
    for (long count : side.counts()) {
      if (stored.isFloat()) {
        message.addPositiveCounts(Double.longBitsToDouble(count));
      } else {
        message.addPositiveDeltas(count - before);
        before = count;
      }
    }
  }

  private static void addNegative(Histogram.Builder message, NativeHistogram stored) {
    NativeHistogram.Side side = stored.negative();
    for (int span = 0; span < side.offsets().length; span++) {
      message.addNegativeSpans(span(side, span));
    }
    long before = 0;
    for (long count : side.counts()) {
      if (stored.isFloat()) {
        message.addNegativeCounts(Double.longBitsToDouble(count));
      } else {
        message.addNegativeDeltas(count - before);
        before = count;
      }
    }
  }

  private static BucketSpan span(NativeHistogram.Side side, int span) {
    return BucketSpan.newBuilder()
        .setOffset(side.offsets()[span])
        .setLength(side.lengths()[span])
        .build();
  }
}
