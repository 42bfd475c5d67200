// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.storage.RejectionLog;
import io.harvester.wire.DataKind;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of one request can never be stored: counts per reason for the response, and per culprit for
 * the {@link RejectionLog}. Thread-safe.
 */
public final class Rejections {
  private static final int MAX_NAMED_OFFENDERS = 3;
  private static final int MAX_REPORTED_CULPRITS = 100;
  private static final int MAX_DETAIL_CHARACTERS = 250;
  private static final int MAX_MESSAGE_CHARACTERS = 1000;

  private final Map<DataKind, Map<String, Reason>> byReason = new EnumMap<>(DataKind.class);
  private final Map<Culprit, RejectionLog.Rejection> byCulprit = new LinkedHashMap<>();
  private final StringBuilder offenders = new StringBuilder();
  private int named;

  /** Data points, and items: a series without data points is an item, too. */
  private record Reason(long dataPoints, long items) {
    Reason plus(Reason other) {
      return new Reason(dataPoints + other.dataPoints, items + other.items);
    }
  }

  private record Culprit(String node, String metric, String reason) {}

  /**
   * Adds rejected data points of a kind.
   *
   * @param detail describes the first of them, for people
   * @param time timestamp of the first, ms since the epoch
   * @param dataPoints how many; 0 for a series without any, which is a rejection all the same
   */
  public synchronized void add(
      DataKind kind,
      String node,
      String metric,
      String reason,
      String detail,
      long time,
      long dataPoints) {
    byReason
        .computeIfAbsent(kind, k -> new LinkedHashMap<>())
        .merge(reason, new Reason(dataPoints, Math.max(1, dataPoints)), Reason::plus);
    Culprit culprit = new Culprit(node, metric, reason);
    if (byCulprit.size() < MAX_REPORTED_CULPRITS || byCulprit.containsKey(culprit)) {
      byCulprit.merge(
          culprit,
          new RejectionLog.Rejection(node, metric, reason, detail, time, dataPoints),
          (a, b) -> a.plus(b.samples()));
    }
    if (named < MAX_NAMED_OFFENDERS) {
      named++;
      offenders
          .append(offenders.isEmpty() ? "" : "; ")
          .append(shortened(detail, MAX_DETAIL_CHARACTERS));
    }
  }

  /** Rejected data points of a kind, by reason. */
  public synchronized Map<String, Long> byReason(DataKind kind) {
    Map<String, Long> counts = new LinkedHashMap<>();
    reasons(kind).forEach((reason, of) -> counts.put(reason, of.dataPoints()));
    return counts;
  }

  /** Rejected data points of a kind. */
  synchronized long count(DataKind kind) {
    return reasons(kind).values().stream().mapToLong(Reason::dataPoints).sum();
  }

  private Map<String, Reason> reasons(DataKind kind) {
    return byReason.getOrDefault(kind, Map.of());
  }

  synchronized boolean isEmpty() {
    return byReason.isEmpty();
  }

  /** Rejections by node, metric and reason, for the rejection log. */
  public synchronized List<RejectionLog.Rejection> culprits() {
    return List.copyOf(byCulprit.values());
  }

  /** The message to the sender: numbers, reasons and the first few offenders. */
  synchronized String message(long conflicts) {
    StringBuilder text = new StringBuilder("not stored: ");
    String separator = "";
    if (conflicts > 0) {
      text.append(conflicts).append(" × another value is stored for this timestamp");
      separator = ", ";
    }
    for (Map.Entry<String, Long> reason : items().entrySet()) {
      text.append(separator).append(reason.getValue()).append(" × ").append(reason.getKey());
      separator = ", ";
    }
    if (!offenders.isEmpty()) {
      text.append(" (first: ").append(offenders).append(")");
    }
    text.append("; everything else in the request is stored");
    return shortened(text.toString(), MAX_MESSAGE_CHARACTERS);
  }

  private static String shortened(String text, int characters) {
    return text.length() > characters ? text.substring(0, characters) + "…" : text;
  }

  /** Items of all kinds, by reason. */
  private Map<String, Long> items() {
    Map<String, Long> items = new LinkedHashMap<>();
    for (Map<String, Reason> reasons : byReason.values()) {
      reasons.forEach((reason, of) -> items.merge(reason, of.items(), Long::sum));
    }
    return items;
  }
}
