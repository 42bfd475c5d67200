// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.tool.Http;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The counters {@code harvester_samples_*_total} of an aggregator since its start. */
record AggregatorCounts(Map<String, Long> counts) {
  private static final Pattern LINE =
      Pattern.compile("(?m)^harvester_samples_(\\w+)_total(?:\\{[^}]*\\})? ([0-9.eE+]+)");

  /** Reads {@code /metrics} of the aggregator at this URL; label sets of a name are summed. */
  static AggregatorCounts of(URI writeUrl) throws IOException, InterruptedException {
    Map<String, Long> counts = new TreeMap<>();
    Matcher line = LINE.matcher(Http.get(writeUrl.resolve("/metrics")));
    while (line.find()) {
      counts.merge(line.group(1), (long) Double.parseDouble(line.group(2)), Long::sum);
    }
    return new AggregatorCounts(counts);
  }

  /**
   * Whether received = stored + duplicate + conflict + rejected + failed, without conflicts and
   * rejections: a trial sends valid samples only, and one value per series and time.
   */
  boolean balanced() {
    long sum = get("stored") + get("duplicate") + get("conflict") + get("rejected") + get("failed");
    return get("received") == sum && get("conflict") == 0 && get("rejected") == 0;
  }

  private long get(String name) {
    return counts.getOrDefault(name, 0L);
  }

  @Override
  public String toString() {
    if (counts.isEmpty()) {
      return "no harvester_samples_*_total in /metrics";
    }
    return "samples " + counts + (balanced() ? ", balanced" : ", NOT BALANCED");
  }
}
