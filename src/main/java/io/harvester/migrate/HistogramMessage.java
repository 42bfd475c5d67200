// SPDX-License-Identifier: Apache-2.0
package io.harvester.migrate;

import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import io.harvester.wire.NativeHistogram;
import io.harvester.wire.NativeHistogram.Side;
import java.util.ArrayList;
import java.util.List;

/** Turns stored histograms into those of remote_write 2.0. */
final class HistogramMessage {
  private HistogramMessage() {}

  static Histogram of(NativeHistogram stored) {
    Histogram.Builder message =
        Histogram.newBuilder()
            .setTimestamp(stored.time())
            .setStartTimestamp(stored.startTime())
            .setSchema(stored.schema())
            .setSum(Double.longBitsToDouble(stored.sumBits()))
            .setZeroThreshold(stored.zeroThreshold())
            .setResetHintValue(stored.resetHint())
            .addAllPositiveSpans(spans(stored.positive()))
            .addAllNegativeSpans(spans(stored.negative()));
    if (stored.isFloat()) {
      message
          .setCountFloat(Double.longBitsToDouble(stored.count()))
          .setZeroCountFloat(Double.longBitsToDouble(stored.zeroCount()))
          .addAllPositiveCounts(floats(stored.positive()))
          .addAllNegativeCounts(floats(stored.negative()));
    } else {
      message
          .setCountInt(stored.count())
          .setZeroCountInt(stored.zeroCount())
          .addAllPositiveDeltas(deltas(stored.positive()))
          .addAllNegativeDeltas(deltas(stored.negative()));
    }
    for (double bound : stored.customValues()) {
      message.addCustomValues(bound);
    }
    return message.build();
  }

  private static List<BucketSpan> spans(Side side) {
    List<BucketSpan> spans = new ArrayList<>();
    for (int span = 0; span < side.offsets().length; span++) {
      spans.add(
          BucketSpan.newBuilder()
              .setOffset(side.offsets()[span])
              .setLength(side.lengths()[span])
              .build());
    }
    return spans;
  }

  private static List<Double> floats(Side side) {
    List<Double> counts = new ArrayList<>();
    for (long bits : side.counts()) {
      counts.add(Double.longBitsToDouble(bits));
    }
    return counts;
  }

  private static List<Long> deltas(Side side) {
    List<Long> deltas = new ArrayList<>();
    long before = 0;
    for (long count : side.counts()) {
      deltas.add(count - before);
      before = count;
    }
    return deltas;
  }
}
