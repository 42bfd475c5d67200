// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.promql.Position;
import io.harvester.query.text.GoNumber;
import io.harvester.query.text.GoText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the asker should know about an answer. Each text is kept once, with the place it was last
 * added for, as in Prometheus. Used by several threads.
 */
public final class Notes {
  private final Map<String, Position> warnings = new LinkedHashMap<>();
  private final Map<String, Position> infos = new LinkedHashMap<>();

  /** Adds a warning. */
  public synchronized void warning(String text, Position position) {
    warnings.put(text, position);
  }

  /** Adds an info. */
  public synchronized void info(String text, Position position) {
    infos.put(text, position);
  }

  /** The warnings with their places in the query's text; without places if it is empty. */
  public synchronized List<String> warnings(String text) {
    return list(warnings, "PromQL warning: ", text);
  }

  /** The infos, likewise. */
  public synchronized List<String> infos(String text) {
    return list(infos, "PromQL info: ", text);
  }

  private static List<String> list(Map<String, Position> notes, String prefix, String text) {
    List<String> list = new ArrayList<>();
    notes.forEach(
        (note, position) ->
            list.add(
                prefix + note + (text.isEmpty() ? "" : " (" + position.lineAndColumn(text) + ")")));
    return list;
  }

  /** A quantile outside of 0…1. */
  public void invalidQuantile(double quantile, Position position) {
    warning(
        "quantile value should be between 0 and 1, got " + GoNumber.general(quantile), position);
  }

  /** A range has floats and histograms. */
  public void mixedRange(String metric, Position position) {
    warning(
        "encountered a mix of histograms and floats for metric name " + GoText.quote(metric),
        position);
  }

  /** Histograms in a range are left out. */
  public void ignoredHistograms(String metric, Position position) {
    info(
        "ignored histograms in a range containing both floats and histograms for metric name "
            + GoText.quote(metric),
        position);
  }

  /** Histograms do not fit together. */
  public void incompatible(boolean customBounds, String metric, Position position) {
    String text =
        customBounds
            ? "vector contains histograms with incompatible custom buckets for metric name "
            : "vector contains a mix of histograms with exponential and custom buckets schemas for"
                + " metric name ";
    warning(text + GoText.quote(metric), position);
  }

  /** A rate of what may be no counter. */
  public void notNamedAsCounter(String metric, Position position) {
    info(
        "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
            + GoText.quote(metric),
        position);
  }

  /** A gauge where a counter is expected. */
  public void notCounter(String metric, Position position) {
    warning("this native histogram metric is not a counter: " + GoText.quote(metric), position);
  }

  /** A counter where a gauge is expected. */
  public void notGauge(String metric, Position position) {
    warning("this native histogram metric is not a gauge: " + GoText.quote(metric), position);
  }
}
