// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.tool.Hashing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/** A set of samples, reduced per series to a count and a hash that does not depend on order. */
final class SampleSet {
  private static final class Digest {
    long count;
    long hash;
  }

  private final Map<SortedMap<String, String>, Digest> series = new HashMap<>();
  private long count;

  void add(SortedMap<String, String> labels, long timeMicros, long valueBits) {
    Digest digest = series.computeIfAbsent(labels, key -> new Digest());
    digest.count++;
    digest.hash += Hashing.mix(valueBits ^ Hashing.mix(timeMicros));
    count++;
  }

  long count() {
    return count;
  }

  int seriesCount() {
    return series.size();
  }

  /** A hash of all labels, times and value bits. */
  long hash() {
    long hash = 0;
    for (var each : series.entrySet()) {
      hash += Hashing.mix(labelHash(each.getKey()) ^ each.getValue().hash);
    }
    return hash;
  }

  /** One line for each series that differs; the names say where each set is from. */
  List<String> differences(SampleSet other, String name, String otherName) {
    List<String> lines = new ArrayList<>();
    for (var labels : allLabels(other)) {
      Digest left = series.getOrDefault(labels, new Digest());
      Digest right = other.series.getOrDefault(labels, new Digest());
      if (left.count != right.count) {
        lines.add(
            "%s: %d samples in %s, %d in %s"
                .formatted(labels, left.count, name, right.count, otherName));
      } else if (left.hash != right.hash) {
        lines.add(
            "%s: %d samples in both, but times or values differ".formatted(labels, left.count));
      }
    }
    return lines;
  }

  private Iterable<SortedMap<String, String>> allLabels(SampleSet other) {
    TreeSet<SortedMap<String, String>> all =
        new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    all.addAll(series.keySet());
    all.addAll(other.series.keySet());
    return all;
  }

  private static long labelHash(SortedMap<String, String> labels) {
    long hash = 0;
    for (var label : labels.entrySet()) {
      hash = text(text(hash, label.getKey()), label.getValue());
    }
    return hash;
  }

  private static long text(long seed, String text) {
    long hash = Hashing.mix(seed ^ text.length());
    for (int i = 0; i < text.length(); i++) {
      hash = Hashing.mix(hash ^ text.charAt(i));
    }
    return hash;
  }
}
