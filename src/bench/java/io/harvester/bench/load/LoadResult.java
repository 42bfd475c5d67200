// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Result of a load.
 *
 * @param options parameters of the load
 * @param samples acknowledged samples, without those of the warm-up
 * @param seconds measured time
 * @param cpuSeconds CPU time of the generator in that time
 * @param latency time from request to response
 * @param sinceDue time from when a request was due to its success; only with an interval
 * @param statuses number of responses by status; 0: no response
 * @param firstError first response that was not a success, or empty
 */
public record LoadResult(
    LoadOptions options,
    long samples,
    double seconds,
    double cpuSeconds,
    LatencyHistogram latency,
    LatencyHistogram sinceDue,
    SortedMap<Integer, Long> statuses,
    String firstError) {

  static LoadResult of(
      LoadOptions options, List<LoadWorker> workers, double seconds, double cpuSeconds) {
    LatencyHistogram latency = new LatencyHistogram();
    LatencyHistogram sinceDue = new LatencyHistogram();
    SortedMap<Integer, Long> statuses = new TreeMap<>();
    String firstError = "";
    long samples = 0;
    for (LoadWorker worker : workers) {
      latency.add(worker.latency);
      sinceDue.add(worker.sinceDue);
      worker.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
      samples += worker.samples;
      firstError = firstError.isEmpty() ? worker.firstError : firstError;
    }
    return new LoadResult(
        options, samples, seconds, cpuSeconds, latency, sinceDue, statuses, firstError);
  }

  /** Acknowledged samples per second. */
  public double samplesPerSecond() {
    return samples / seconds;
  }

  /** Whether every response was a success. */
  boolean clean() {
    return statuses.keySet().stream().allMatch(status -> status >= 200 && status < 300);
  }

  String json() {
    String codes =
        statuses.entrySet().stream()
            .map(e -> "\"" + (e.getKey() == 0 ? "none" : e.getKey()) + "\":" + e.getValue())
            .collect(Collectors.joining(",", "{", "}"));
    String due =
        options.paced()
            ? format(
                ",\"due_p99_ms\":%.2f,\"due_max_ms\":%.2f",
                sinceDue.millis(0.99), sinceDue.maxMillis())
            : "";
    return format(
        "{\"version\":%d,\"samples\":%d,\"seconds\":%.3f,\"samples_per_s\":%.0f,"
            + "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f%s,"
            + "\"statuses\":%s,\"generator_cpu_s_per_million\":%.3f}",
        options.protocol().version(),
        samples,
        seconds,
        samplesPerSecond(),
        latency.millis(0.5),
        latency.millis(0.99),
        latency.maxMillis(),
        due,
        codes,
        cpuPerMillion());
  }

  /** One line for people, and the first error if there was one. */
  public String human() {
    String late =
        options.paced()
            ? format(
                "; since due p99 %.1f ms, max %.1f ms", sinceDue.millis(0.99), sinceDue.maxMillis())
            : "";
    return format(
            "%,.0f samples/s (%,d in %.2f s), latency p50 %.1f ms, p99 %.1f ms, max %.1f ms%s,"
                + " statuses %s, generator %.3f CPU seconds per million samples",
            samplesPerSecond(),
            samples,
            seconds,
            latency.millis(0.5),
            latency.millis(0.99),
            latency.maxMillis(),
            late,
            statuses,
            cpuPerMillion())
        + (firstError.isEmpty() ? "" : "\nfirst error: " + firstError);
  }

  private double cpuPerMillion() {
    return samples == 0 ? 0 : cpuSeconds / (samples / 1e6);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
