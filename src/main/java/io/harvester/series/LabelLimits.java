// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.wire.SeriesDefect;

/**
 * The limits of a label set.
 *
 * @param maxLabels labels per series, {@code __name__} and node included
 * @param maxNameBytes length of a label name in UTF-8
 * @param maxValueBytes length of a label value in UTF-8
 */
public record LabelLimits(int maxLabels, int maxNameBytes, int maxValueBytes) {
  /**
   * Maximal length of a metric name and of a node's name, in UTF-8: an entry of a unique index in
   * PostgreSQL has at most 2,704 bytes.
   */
  public static final int MAX_KEY_BYTES = 2048;

  /** A defect for people. If it is a limit: with its value and the setting. */
  public String explain(SeriesDefect defect) {
    return switch (defect) {
      case TOO_MANY_LABELS -> limit(defect, maxLabels + "", "HARVESTER_MAX_LABELS_PER_SERIES");
      case LABEL_NAME_TOO_LONG ->
          limit(defect, maxNameBytes + " bytes", "HARVESTER_MAX_LABEL_NAME_BYTES");
      case LABEL_VALUE_TOO_LONG ->
          limit(defect, maxValueBytes + " bytes", "HARVESTER_MAX_LABEL_VALUE_BYTES")
              + ", and "
              + MAX_KEY_BYTES
              + " bytes for metric name and node";
      case FOREIGN_NODE ->
          defect.reason()
              + ": the node label names another node than the credential"
              + " (HARVESTER_FOREIGN_NODE=rename stores it as exported_node)";
      default -> defect.reason();
    };
  }

  private static String limit(SeriesDefect defect, String limit, String setting) {
    return defect.reason() + ", the limit is " + limit + " (" + setting + ")";
  }
}
