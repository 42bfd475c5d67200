// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Compares the database with the acknowledged requests: every sample exactly once, bit for bit. */
final class TrialCheck {
  private static final int EXAMPLES = 10;

  private final TrialData data;
  private final BitSet acknowledged;
  private final Map<Long, Integer> seriesById = new HashMap<>();
  private final BitSet[] found;
  private final List<String> examples = new ArrayList<>();
  private long rows;
  private long duplicates;
  private long wrong;
  private long neverSent;
  private long missing;
  private long requestsMissing;
  private long unacknowledged;
  private long duplicateSeries;

  TrialCheck(TrialData data, BitSet acknowledged) {
    this.data = data;
    this.acknowledged = acknowledged;
    this.found = new BitSet[data.nodes() * data.seriesPerNode()];
    for (int i = 0; i < found.length; i++) {
      found[i] = new BitSet();
    }
  }

  /** Reads the database; {@link #passed} and {@link #report} give the result. */
  void run(Connection database) throws SQLException, IOException {
    StoredSampleReader stored = new StoredSampleReader(database);
    match(stored.series(data.prefix()));
    stored.samples(data.prefix(), 0, 4_000_000_000_000L, this::row);
    acknowledged.stream().forEach(this::countMissing);
  }

  boolean passed() {
    return duplicates + wrong + neverSent + missing + duplicateSeries == 0
        && !acknowledged.isEmpty();
  }

  String report() {
    long samples = (long) acknowledged.cardinality() * data.samplesPerRequest();
    StringBuilder report =
        new StringBuilder(
            """
            %,d samples acknowledged, %,d rows: %d missing (of %d requests), %d duplicate, \
            %d with a wrong value, %d never sent, %d duplicate series; \
            %,d rows not acknowledged (allowed)\
            """
                .formatted(
                    samples,
                    rows,
                    missing,
                    requestsMissing,
                    duplicates,
                    wrong,
                    neverSent,
                    duplicateSeries,
                    unacknowledged));
    examples.forEach(example -> report.append("\n  ").append(example));
    return report.toString();
  }

  private void match(Map<Long, SortedMap<String, String>> stored) {
    Map<SortedMap<String, String>, Integer> sent = new HashMap<>();
    for (int node = 0; node < data.nodes(); node++) {
      for (int i = 0; i < data.seriesPerNode(); i++) {
        sent.put(data.labels(node, i), node * data.seriesPerNode() + i);
      }
    }
    BitSet seen = new BitSet();
    stored.forEach(
        (id, labels) -> {
          Integer series = sent.get(labels);
          if (series == null) {
            example("series never sent: " + labels);
            return;
          }
          if (seen.get(series)) {
            duplicateSeries++;
            example("duplicate series: " + labels);
          }
          seen.set(series);
          seriesById.put(id, series);
        });
  }

  private void row(long seriesId, long timeMicros, long valueBits) {
    rows++;
    Integer series = seriesById.get(seriesId);
    int index = data.index(timeMicros);
    if (series == null || index < 0) {
      neverSent++;
      example("never sent: series " + seriesId + " at " + timeMicros + " µs");
      return;
    }
    int node = series / data.seriesPerNode();
    if (found[series].get(index)) {
      duplicates++;
      example("duplicate: series " + seriesId + " at " + data.time(index) + " ms");
    }
    found[series].set(index);
    long expected = data.valueBits(node, series % data.seriesPerNode(), index);
    if (expected != valueBits) {
      wrong++;
      example(
          "series %d at %d ms: %016x instead of %016x"
              .formatted(seriesId, data.time(index), valueBits, expected));
    }
    if (!acknowledged.get(data.requestOf(node, index))) {
      unacknowledged++;
    }
  }

  private void countMissing(int request) {
    int node = request % data.nodes();
    int first = request / data.nodes() * data.samplesPerSeries();
    long before = missing;
    for (int i = 0; i < data.seriesPerNode(); i++) {
      BitSet present = found[node * data.seriesPerNode() + i];
      for (int index = first; index < first + data.samplesPerSeries(); index++) {
        missing += present.get(index) ? 0 : 1;
      }
    }
    if (missing > before) {
      requestsMissing++;
      example(
          "missing: %d of the %d samples of request %d, %s from %d ms"
              .formatted(
                  missing - before,
                  data.samplesPerRequest(),
                  request,
                  data.labels(node, 0).get("node"),
                  data.time(first)));
    }
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES) {
      examples.add(text);
    }
  }
}
