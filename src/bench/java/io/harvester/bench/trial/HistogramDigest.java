// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.tool.Hashing;
import io.harvester.proto.v1.BucketSpan;
import io.harvester.proto.v1.Histogram;
import java.util.List;

/**
 * A hash of a native histogram: schema, count, sum, zero bucket, custom bounds, and every bucket
 * with observations, bit for bit. The layout of spans is not part of it, because Prometheus inserts
 * empty buckets into earlier histograms when later ones need them.
 */
final class HistogramDigest {
  private long hash;

  /** Adds a number. */
  HistogramDigest add(long bits) {
    hash = Hashing.mix(hash ^ Hashing.mix(bits));
    return this;
  }

  /** Adds the bits of a double. */
  HistogramDigest add(double value) {
    return add(Double.doubleToRawLongBits(value));
  }

  /** Adds the positive or negative side; counts are absolute, for float histograms as bits. */
  HistogramDigest addSide(int[] offsets, int[] lengths, long[] counts) {
    long index = 0;
    int bucket = 0;
    for (int span = 0; span < offsets.length; span++) {
      index += offsets[span];
      for (int i = 0; i < lengths[span]; i++, index++, bucket++) {
        if (counts[bucket] != 0) {
          add(index).add(counts[bucket]);
        }
      }
    }
    return add(-1L);
  }

  /** The hash of everything added. */
  long hash() {
    return hash;
  }

  /** The hash of a histogram in Prometheus's message. */
  static long of(Histogram h) {
    boolean isFloat = h.hasCountFloat();
    HistogramDigest digest =
        new HistogramDigest()
            .add(h.getSchema())
            .add(isFloat ? Double.doubleToRawLongBits(h.getCountFloat()) : h.getCountInt())
            .add(h.getSum())
            .add(h.getZeroThreshold())
            .add(isFloat ? Double.doubleToRawLongBits(h.getZeroCountFloat()) : h.getZeroCountInt());
    side(digest, h.getPositiveSpansList(), h.getPositiveDeltasList(), h.getPositiveCountsList());
    side(digest, h.getNegativeSpansList(), h.getNegativeDeltasList(), h.getNegativeCountsList());
    h.getCustomValuesList().forEach(digest::add);
    return digest.hash();
  }

  private static void side(
      HistogramDigest digest, List<BucketSpan> spans, List<Long> deltas, List<Double> floats) {
    long[] sum = {0};
    long[] counts =
        floats.isEmpty()
            ? deltas.stream().mapToLong(delta -> sum[0] += delta).toArray()
            : floats.stream().mapToLong(Double::doubleToRawLongBits).toArray();
    digest.addSide(
        spans.stream().mapToInt(BucketSpan::getOffset).toArray(),
        spans.stream().mapToInt(BucketSpan::getLength).toArray(),
        counts);
  }
}
