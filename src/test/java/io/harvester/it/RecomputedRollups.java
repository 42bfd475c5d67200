// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rollups computed from the stored samples by their definition. */
final class RecomputedRollups {
  private RecomputedRollups() {}

  private record Sample(long time, double value, long bits) {}

  /** All rollups of one resolution, bucket in ms, as {@link RollupCase} reads them. */
  static List<String> of(TestDatabase db, long bucket) throws SQLException {
    Map<String, List<Sample>> byBucket = new TreeMap<>();
    for (List<Object> row :
        db.query(
            "SELECT series_id || ' ' || node_id, "
                + "(extract(epoch FROM time) * 1000)::bigint"
                + ", ('x' || encode(float8send(value), 'hex'))::bit(64)::bigint FROM harvester."
                + (db.tier() == TestTier.COLUMNAR ? "sample" : "stored_sample")
                + " ORDER BY time")) {
      long time = (Long) row.get(1);
      long bits = (Long) row.get(2);
      if (bits != Message.STALE) {
        byBucket
            .computeIfAbsent(
                row.get(0) + " " + (time + bucket - 1) / bucket * bucket, k -> new ArrayList<>())
            .add(new Sample(time, Double.longBitsToDouble(bits), bits));
      }
    }
    return byBucket.entrySet().stream()
        .map(entry -> entry.getKey() + " " + recomputed(entry.getValue()))
        .sorted()
        .toList();
  }

  private static String recomputed(List<Sample> samples) {
    Sample first = samples.get(0);
    Sample last = samples.get(samples.size() - 1);
    Sample lowest = first;
    Sample highest = first;
    Map<Long, List<Sample>> buckets = new TreeMap<>();
    for (Sample each : samples) {
      lowest = each.value < lowest.value || Double.isNaN(lowest.value) ? each : lowest;
      highest = each.value > highest.value || Double.isNaN(highest.value) ? each : highest;
      buckets.computeIfAbsent((each.time + 299_999) / 300_000, k -> new ArrayList<>()).add(each);
    }
    List<Double> totals = new ArrayList<>();
    double dropped = 0;
    Sample before = first;
    for (List<Sample> bucket : buckets.values()) {
      totals.add(sum(bucket.stream().map(Sample::value).toList()));
      dropped += bucket.get(0).value < before.value ? before.value : 0;
      double inside = 0;
      for (int i = 1; i < bucket.size(); i++) {
        double previous = bucket.get(i - 1).value;
        inside += bucket.get(i).value < previous ? previous : 0;
      }
      dropped += inside;
      before = bucket.get(bucket.size() - 1);
    }
    return "%d %d %d %016x %016x %016x %016x %016x %016x"
        .formatted(
            samples.size(),
            first.time,
            last.time,
            first.bits,
            last.bits,
            lowest.bits,
            highest.bits,
            Double.doubleToLongBits(totals.size() == 1 ? totals.get(0) : sum(totals)),
            Double.doubleToRawLongBits(dropped));
  }

  /** By Neumaier's algorithm. */
  private static double sum(List<Double> values) {
    double sum = 0;
    double lost = 0;
    for (double value : values) {
      double next = sum + value;
      double error = Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
      lost = Double.isInfinite(next) ? 0 : lost + error;
      sum = next;
    }
    return sum + lost;
  }
}
