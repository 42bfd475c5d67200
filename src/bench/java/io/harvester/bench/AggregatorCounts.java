package io.harvester.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code harvester_samples_*_total} of an aggregator since it was started. */
record AggregatorCounts(Map<String, Long> counts) {
  private static final Pattern LINE =
      Pattern.compile("(?m)^harvester_samples_(\\w+)_total(?:\\{[^}]*\\})? ([0-9.eE+]+)");

  /** Reads {@code /metrics} next to the given URL; several label sets of a name are summed. */
  static AggregatorCounts of(URI writeUrl) throws IOException, InterruptedException {
    Map<String, Long> counts = new TreeMap<>();
    Matcher line = LINE.matcher(Http.get(writeUrl.resolve("/metrics")));
    while (line.find()) {
      counts.merge(line.group(1), (long) Double.parseDouble(line.group(2)), Long::sum);
    }
    return new AggregatorCounts(counts);
  }

  /**
   * Whether what was received is all accounted for, and no sample met another value in its place.
   */
  boolean balanced() {
    long told =
        get("stored") + get("duplicate") + get("conflict") + get("rejected") + get("failed");
    return get("received") == told && get("conflict") == 0 && get("rejected") == 0;
  }

  private long get(String name) {
    return counts.getOrDefault(name, 0L);
  }

  @Override
  public String toString() {
    if (counts.isEmpty()) {
      return "tells no counts of samples";
    }
    return "samples " + counts + (balanced() ? ", balanced" : ", NOT BALANCED");
  }
}
