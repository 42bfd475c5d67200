package io.harvester.ingest.request;

import io.harvester.storage.RejectionLog;
import io.harvester.wire.DataKind;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of one request can never be stored: counted per reason for the answer, and per culprit for
 * the {@link RejectionLog}. Thread-safe.
 */
public final class Rejections {
  private static final int NAMED_OFFENDERS = 3;
  private static final int REPORTED_CULPRITS = 100;
  private static final int LONGEST_DETAIL = 250;
  private static final int LONGEST_MESSAGE = 1000;

  private final Map<DataKind, Map<String, Reason>> byReason = new EnumMap<>(DataKind.class);
  private final Map<Culprit, RejectionLog.Rejection> byCulprit = new LinkedHashMap<>();
  private final StringBuilder offenders = new StringBuilder();
  private int named;

  /** Samples, and parts of the request: a series without a sample is a part too. */
  private record Reason(long samples, long parts) {
    Reason plus(Reason other) {
      return new Reason(samples + other.samples, parts + other.parts);
    }
  }

  private record Culprit(String node, String metric, String reason) {}

  /** Takes so many of a kind; a series without any data is 0 samples, but a rejection. */
  public synchronized void add(
      DataKind kind,
      String node,
      String metric,
      String reason,
      String detail,
      long time,
      long samples) {
    byReason
        .computeIfAbsent(kind, k -> new LinkedHashMap<>())
        .merge(reason, new Reason(samples, Math.max(1, samples)), Reason::plus);
    Culprit culprit = new Culprit(node, metric, reason);
    if (byCulprit.size() < REPORTED_CULPRITS || byCulprit.containsKey(culprit)) {
      byCulprit.merge(
          culprit,
          new RejectionLog.Rejection(node, metric, reason, detail, time, samples),
          (a, b) -> a.plus(b.samples()));
    }
    if (named < NAMED_OFFENDERS) {
      named++;
      offenders.append(offenders.isEmpty() ? "" : "; ").append(shortened(detail, LONGEST_DETAIL));
    }
  }

  /** How many of a kind per reason. */
  public synchronized Map<String, Long> byReason(DataKind kind) {
    Map<String, Long> counts = new LinkedHashMap<>();
    reasons(kind).forEach((reason, of) -> counts.put(reason, of.samples()));
    return counts;
  }

  /** How many of a kind for all reasons. */
  synchronized long count(DataKind kind) {
    return reasons(kind).values().stream().mapToLong(Reason::samples).sum();
  }

  private Map<String, Reason> reasons(DataKind kind) {
    return byReason.getOrDefault(kind, Map.of());
  }

  synchronized boolean isEmpty() {
    return byReason.isEmpty();
  }

  public synchronized List<RejectionLog.Rejection> culprits() {
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
    for (Map.Entry<String, Long> reason : parts().entrySet()) {
      text.append(separator).append(reason.getValue()).append(" × ").append(reason.getKey());
      separator = ", ";
    }
    if (!offenders.isEmpty()) {
      text.append(" (first: ").append(offenders).append(")");
    }
    text.append("; everything else of the request is stored");
    return shortened(text.toString(), LONGEST_MESSAGE);
  }

  private static String shortened(String text, int characters) {
    return text.length() > characters ? text.substring(0, characters) + "…" : text;
  }

  /** Parts of all kinds per reason. */
  private Map<String, Long> parts() {
    Map<String, Long> parts = new LinkedHashMap<>();
    for (Map<String, Reason> reasons : byReason.values()) {
      reasons.forEach((reason, of) -> parts.merge(reason, of.parts(), Long::sum));
    }
    return parts;
  }
}
