// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;

import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import io.harvester.testing.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Histograms of the nodes a and b: classic ones in metric {@code wait_seconds_bucket}, native ones
 * in {@code delay_seconds}, with custom buckets in {@code size_bytes}.
 */
final class PromHistograms {
  private static final List<String> BOUNDS = List.of("0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf");

  /** Handlers: what the series differ by. */
  static final List<String> HANDLERS = List.of("read", "write", "restarts");

  /** A native histogram at a time of a series. */
  record Observed(String metric, String node, String handler, Histogram histogram) {}

  private PromHistograms() {}

  static List<Message.Series> classic(Random random) {
    List<Message.Series> all = new ArrayList<>();
    for (String node : List.of("a", "b")) {
      for (String handler : HANDLERS) {
        List<Long> times = PromSamples.times(handler, random);
        double[] total = new double[BOUNDS.size()];
        List<List<Message.Sample>> samples = new ArrayList<>();
        BOUNDS.forEach(b -> samples.add(new ArrayList<>()));
        for (long time : times) {
          if (handler.equals("restarts") && random.nextInt(15) == 0) {
            Arrays.fill(total, 0);
          }
          double observed = Math.exp(random.nextGaussian() * 1.5 - 0.5);
          for (int b = 0; b < total.length; b++) {
            boolean within = observed <= bound(b);
            total[b] += within ? 1 + random.nextInt(3) * (b == total.length - 1 ? 1 : 0) : 0;
            boolean ends = handler.equals("write") && (time / 1000) % 2400 > 2100;
            samples.get(b).add(ends ? bitsAt(time, Message.STALE) : at(time, total[b]));
          }
        }
        for (int b = 0; b < total.length; b++) {
          all.add(
              series("wait_seconds_bucket", "node", node, "handler", handler, "le", BOUNDS.get(b))
                  .with(samples.get(b).toArray(Message.Sample[]::new)));
        }
      }
    }
    return all;
  }

  private static double bound(int index) {
    return index == BOUNDS.size() - 1
        ? Double.POSITIVE_INFINITY
        : Double.parseDouble(BOUNDS.get(index));
  }

  /** Native histograms in ascending order of time. */
  static List<Observed> natives(long seed) {
    Random random = new Random(seed);
    List<Observed> all = new ArrayList<>();
    for (String node : List.of("a", "b")) {
      for (String handler : HANDLERS) {
        exponential(all, node, handler, random);
        custom(all, node, handler, random);
      }
    }
    all.sort(java.util.Comparator.comparingLong(o -> o.histogram().getTimestamp()));
    return all;
  }

  /** Counts per bucket grow; halfway, the schema becomes coarser and the zero bucket wider. */
  private static void exponential(List<Observed> all, String node, String handler, Random random) {
    int schema = random.nextInt(3) + 1;
    long[] positive = new long[40];
    long[] negative = new long[12];
    long zero = 0;
    double sum = 0;
    for (long time : PromSamples.times(handler, random)) {
      boolean coarse = handler.equals("write") && time > PromSamples.BASE + PromSamples.SPAN / 2;
      if ((handler.equals("restarts") && random.nextInt(20) == 0)
          || (coarse && schema > 0 && random.nextInt(4) == 0)) {
        Arrays.fill(positive, 0);
        Arrays.fill(negative, 0);
        zero = 0;
        sum = 0;
        schema = coarse ? 0 : schema;
      }
      for (int i = 0; i < 6; i++) {
        positive[Math.min(39, Math.abs((int) (random.nextGaussian() * 6) + 15))]++;
        negative[random.nextInt(12)] += random.nextInt(4) == 0 ? 1 : 0;
        sum += random.nextGaussian() + 1;
      }
      zero += random.nextInt(2);
      Histogram.Builder histogram =
          Histogram.newBuilder()
              .setTimestamp(time)
              .setSchema(schema)
              .setSum(sum)
              .setZeroThreshold(schema == 0 ? 0.01 : 0.001)
              .setZeroCountInt(zero)
              .setCountInt(Arrays.stream(positive).sum() + Arrays.stream(negative).sum() + zero)
              .addPositiveSpans(BucketSpan.newBuilder().setOffset(-5).setLength(positive.length))
              .addNegativeSpans(BucketSpan.newBuilder().setOffset(-2).setLength(negative.length));
      deltas(positive).forEach(histogram::addPositiveDeltas);
      deltas(negative).forEach(histogram::addNegativeDeltas);
      all.add(new Observed("delay_seconds", node, handler, histogram.build()));
    }
  }

  private static void custom(List<Observed> all, String node, String handler, Random random) {
    long[] counts = new long[5];
    double sum = 0;
    for (long time : PromSamples.times(handler, random)) {
      if (handler.equals("restarts") && random.nextInt(20) == 0) {
        Arrays.fill(counts, 0);
        sum = 0;
      }
      for (int i = 0; i < 3; i++) {
        counts[random.nextInt(5)]++;
        sum += random.nextInt(2000);
      }
      Histogram.Builder histogram =
          Histogram.newBuilder()
              .setTimestamp(time)
              .setSchema(-53)
              .setSum(sum)
              .setCountInt(Arrays.stream(counts).sum())
              .addPositiveSpans(BucketSpan.newBuilder().setOffset(0).setLength(counts.length))
              .addAllCustomValues(List.of(64.0, 256.0, 1024.0, 4096.0));
      deltas(counts).forEach(histogram::addPositiveDeltas);
      all.add(new Observed("size_bytes", node, handler, histogram.build()));
    }
  }

  private static List<Long> deltas(long[] counts) {
    List<Long> deltas = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      deltas.add(counts[i] - (i == 0 ? 0 : counts[i - 1]));
    }
    return deltas;
  }
}
