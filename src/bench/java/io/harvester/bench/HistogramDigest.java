package io.harvester.bench;

import io.harvester.proto.v1.BucketSpan;
import io.harvester.proto.v1.Histogram;
import java.util.List;

/**
 * A native histogram as one number: its schema, count, sum, zero bucket, bounds, and every bucket
 * that has observations, bit for bit. Spans may be laid out in other ways: Prometheus adds empty
 * buckets to what it has once its successors need them.
 */
final class HistogramDigest {
  private long hash;

  /** Takes a number. */
  HistogramDigest add(long bits) {
    hash = NodeExporterSamples.mix(hash ^ NodeExporterSamples.mix(bits));
    return this;
  }

  /** Takes a number by its bits. */
  HistogramDigest add(double value) {
    return add(Double.doubleToRawLongBits(value));
  }

  /** Takes one side; counts are absolute, those of a float histogram as bits. */
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

  long hash() {
    return hash;
  }

  /** Of a histogram as Prometheus gives it. */
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
