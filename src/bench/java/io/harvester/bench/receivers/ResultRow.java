// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row of the side-by-side table. A negative number: not measured, or not for this receiver. */
record ResultRow(
    String receiver,
    String load,
    int version,
    double samplesPerSecond,
    double p99Millis,
    double cpuPerMillion,
    double cpuWithMaintenancePerMillion,
    double generatorCpuPerMillion,
    double bytesAfterLoad,
    double bytesAfterMaintenance,
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
          "CPU-s/M",
          "CPU-s/M with maintenance",
          "generator CPU-s/M",
          "B/sample after load",
          "B/sample after maintenance",
          "catalog MB",
          "WAL B/sample",
          "peak MB",
          "statuses");

  /** The rows as a Markdown table. */
  static String markdown(List<ResultRow> rows) {
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
        number("%.2f", cpuWithMaintenancePerMillion),
        number("%.2f", generatorCpuPerMillion),
        number("%.2f", bytesAfterLoad),
        number("%.2f", bytesAfterMaintenance),
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
