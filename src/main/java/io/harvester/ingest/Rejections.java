package io.harvester.ingest;

import io.harvester.metrics.Kind;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of one request can never be stored: counted per reason for the answer, and per culprit for
 * the {@link RejectionLog}. Thread-safe.
 */
final class Rejections {
  private static final int NAMED_OFFENDERS = 3;
  private static final int REPORTED_CULPRITS = 100;

  private final Map<Kind, Map<String, Long>> byReason = new EnumMap<>(Kind.class);
  private final Map<Culprit, RejectionLog.Rejection> byCulprit = new LinkedHashMap<>();
  private final StringBuilder offenders = new StringBuilder();
  private int named;

  private record Culprit(String node, String metric, String reason) {}

  /** Takes parts of one kind; a series without any data is 0 of them, but a rejection. */
  synchronized void add(
      Kind kind,
      String node,
      String metric,
      String reason,
      String detail,
      long time,
      long samples) {
    byReason.computeIfAbsent(kind, k -> new LinkedHashMap<>()).merge(reason, samples, Long::sum);
    Culprit culprit = new Culprit(node, metric, reason);
    if (byCulprit.size() < REPORTED_CULPRITS || byCulprit.containsKey(culprit)) {
      byCulprit.merge(
          culprit,
          new RejectionLog.Rejection(node, metric, reason, detail, time, samples),
          (a, b) -> a.plus(b.samples()));
    }
    if (named < NAMED_OFFENDERS) {
      named++;
      offenders.append(offenders.isEmpty() ? "" : "; ").append(detail);
    }
  }

  /** Parts of a kind per reason. */
  synchronized Map<String, Long> byReason(Kind kind) {
    return Map.copyOf(byReason.getOrDefault(kind, Map.of()));
  }

  synchronized boolean isEmpty() {
    return byReason.isEmpty();
  }

  synchronized List<RejectionLog.Rejection> culprits() {
    return List.copyOf(byCulprit.values());
  }

  /** For the sender: how many parts, why, and the first few offenders. */
  synchronized String message(long conflicts) {
    StringBuilder text = new StringBuilder("not stored: ");
    String separator = "";
    if (conflicts > 0) {
      text.append(conflicts).append(" × another value is stored for this timestamp");
      separator = ", ";
    }
    for (Map.Entry<String, Long> reason : sums().entrySet()) {
      long parts = Math.max(1, reason.getValue());
      text.append(separator).append(parts).append(" × ").append(reason.getKey());
      separator = ", ";
    }
    if (!offenders.isEmpty()) {
      text.append(" (first: ").append(offenders).append(")");
    }
    text.append("; everything else of the request is stored");
    return text.length() > 1000 ? text.substring(0, 1000) + "…" : text.toString();
  }

  /** Parts of all kinds per reason. */
  private Map<String, Long> sums() {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (Map<String, Long> reasons : byReason.values()) {
      reasons.forEach((reason, count) -> sums.merge(reason, count, Long::sum));
    }
    return sums;
  }
}
