package io.harvester.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One measurement of the side-by-side table. Negative: not known, or not of this receiver. */
record BenchRow(
    String receiver,
    String load,
    int version,
    double samplesPerSecond,
    double p99Millis,
    double cpuPerMillion,
    double settledCpuPerMillion,
    double generatorCpuPerMillion,
    double writtenBytes,
    double settledBytes,
    double catalogMegabytes,
    double walBytes,
    long peakMegabytes,
    String statuses) {

  private static final List<String> HEAD =
      List.of(
          "receiver",
          "load",
          "protocol",
          "samples/s",
          "p99 ms",
          "CPU-s/M samples",
          "… until settled",
          "generator CPU-s/M",
          "B/sample written",
          "… settled",
          "catalog MB",
          "WAL B/sample",
          "peak MB",
          "answers");

  static String markdown(List<BenchRow> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(line(HEAD));
    lines.add("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|");
    rows.forEach(row -> lines.add(line(row.cells())));
    return String.join("\n", lines);
  }

  private List<String> cells() {
    return List.of(
        receiver,
        load,
        version + ".0",
        number("%,.0f", samplesPerSecond),
        number("%.1f", p99Millis),
        number("%.2f", cpuPerMillion),
        number("%.2f", settledCpuPerMillion),
        number("%.2f", generatorCpuPerMillion),
        number("%.2f", writtenBytes),
        number("%.2f", settledBytes),
        number("%.1f", catalogMegabytes),
        number("%.1f", walBytes),
        number("%.0f", peakMegabytes),
        statuses);
  }

  private static String number(String format, double value) {
    return value < 0 ? "–" : String.format(Locale.ROOT, format, value);
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
