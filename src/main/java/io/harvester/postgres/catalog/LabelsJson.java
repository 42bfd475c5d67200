// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.harvester.series.SeriesKey.Label;
import java.util.List;

/** Writes labels as JSON text, for parameters of type {@code jsonb}. */
public final class LabelsJson {
  private static final JsonStringEncoder ESCAPES = JsonStringEncoder.getInstance();

  private LabelsJson() {}

  /** A JSON object with a member for each label. */
  public static String of(List<Label> labels) {
    StringBuilder json = new StringBuilder(128).append('{');
    for (Label label : labels) {
      separate(json);
      text(json, label.name());
      json.append(':');
      text(json, label.value());
    }
    return json.append('}').toString();
  }

  /** A JSON array of strings. */
  static String array(Iterable<String> texts) {
    StringBuilder json = new StringBuilder(64).append('[');
    for (String text : texts) {
      separate(json);
      text(json, text);
    }
    return json.append(']').toString();
  }

  private static void separate(StringBuilder json) {
    if (json.length() > 1) {
      json.append(',');
    }
  }

  private static void text(StringBuilder json, String text) {
    json.append('"');
    ESCAPES.quoteAsString(text, json);
    json.append('"');
  }
}
