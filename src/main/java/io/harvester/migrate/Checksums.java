// SPDX-License-Identifier: Apache-2.0
package io.harvester.migrate;

import io.harvester.read.DetailReader.SeriesExemplars;
import io.harvester.read.SeriesLabels;
import io.harvester.read.SeriesReader;
import io.harvester.series.SeriesKey.Label;
import io.harvester.wire.NativeHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checksums of everything in a span of time, one per node: the sum of a hash of each data point
 * over its labels, time and value bits. A sum does not depend on the order, and what is there twice
 * counts twice.
 */
final class Checksums implements SeriesReader.Visitor {
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final Map<String, Sum> byNode = new TreeMap<>();

  /** Number of data points of a node, and the sum of their hashes. */
  private static final class Sum {
    long count;
    long hash;

    boolean isSameAs(Sum other) {
      return other != null && count == other.count && hash == other.hash;
    }

    @Override
    public String toString() {
      return "%d data points, checksum %016x".formatted(count, hash);
    }
  }

  @Override
  public void series(SeriesLabels labels, long[] times, long[] bits, int count) {
    Sum sum = sum(labels);
    long series = hash(labels);
    long hash = 0;
    for (int i = 0; i < count; i++) {
      hash += mix(mix(series ^ times[i]) ^ bits[i]);
    }
    sum.count += count;
    sum.hash += hash;
  }

  @Override
  public void histograms(SeriesLabels labels, List<NativeHistogram> histograms) {
    Sum sum = sum(labels);
    long series = hash(labels);
    for (NativeHistogram histogram : histograms) {
      sum.count++;
      sum.hash += mix(mix(series ^ histogram.time()) ^ hash(histogram));
    }
  }

  /** Adds the exemplars of a series. */
  void exemplars(SeriesExemplars found) {
    Sum sum = sum(found.series());
    long series = hash(found.series());
    found
        .exemplars()
        .forEach(
            exemplar -> {
              long own = mix(series ^ exemplar.time());
              own = mix(own ^ Double.doubleToRawLongBits(exemplar.value()));
              for (Map.Entry<String, String> label : exemplar.labels().entrySet()) {
                own = hash(hash(own, label.getKey()), label.getValue());
              }
              sum.count++;
              sum.hash += mix(own);
            });
  }

  private Sum sum(SeriesLabels labels) {
    return byNode.computeIfAbsent(labels.node(), node -> new Sum());
  }

  private static long hash(SeriesLabels labels) {
    long hash = hash(FNV_OFFSET, labels.metric());
    for (Label label : labels.others()) {
      hash = hash(hash(hash, label.name()), label.value());
    }
    return mix(hash);
  }

  /** Reset hint and start are left out: the first of equal histograms decides them. */
  private static long hash(NativeHistogram h) {
    long hash = mix(h.count() ^ (h.isFloat() ? 1 : 0));
    for (long part :
        new long[] {
          h.schema(), h.sumBits(), h.zeroCount(), Double.doubleToRawLongBits(h.zeroThreshold())
        }) {
      hash = mix(hash ^ part);
    }
    hash = hash(hash(hash, h.positive()), h.negative());
    for (double bound : h.customValues()) {
      hash = mix(hash ^ Double.doubleToRawLongBits(bound));
    }
    return hash;
  }

  private static long hash(long seed, NativeHistogram.Side side) {
    long hash = mix(seed ^ side.offsets().length);
    for (int span = 0; span < side.offsets().length; span++) {
      hash = mix(mix(hash ^ side.offsets()[span]) ^ side.lengths()[span]);
    }
    for (long count : side.counts()) {
      hash = mix(hash ^ count);
    }
    return hash;
  }

  private static long hash(long seed, String text) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return (hash ^ text.length()) * FNV_PRIME; // so that "a", "bc" and "ab", "c" differ
  }

  /** The finalizer of MurmurHash3. */
  private static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }

  boolean isEmpty() {
    return byNode.isEmpty();
  }

  /** Number of data points. */
  long count() {
    return byNode.values().stream().mapToLong(sum -> sum.count).sum();
  }

  /** What the other side lacks or has otherwise; empty: it has all of this, and no more of it. */
  List<String> differences(Checksums other) {
    List<String> found = new ArrayList<>();
    byNode.forEach(
        (node, sum) -> {
          Sum there = other.byNode.get(node);
          if (!sum.isSameAs(there)) {
            found.add(
                "node %s: source has %s; target has %s"
                    .formatted(node, sum, there == null ? "nothing" : there));
          }
        });
    return found;
  }
}
