// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.wire.DecodedRequest;
import io.harvester.wire.LabelReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Metric names in reports about rejections. */
public final class MetricName {
  private static final byte[] LABEL = "__name__".getBytes(StandardCharsets.US_ASCII);

  private static final int MAX_CHARACTERS = 100;

  private MetricName() {}

  /** Shortens a name of any length to 100 characters. */
  public static String shortened(String name) {
    return name.length() > MAX_CHARACTERS ? name.substring(0, MAX_CHARACTERS) + "…" : name;
  }

  /** The metric name of a series with valid symbol references. */
  public static String of(DecodedRequest request, int series) {
    byte[] body = request.body;
    String[] name = {""};
    LabelReader.visit(
        request,
        series,
        (nameStart, nameEnd, valueStart, valueEnd) -> {
          if (Arrays.equals(LABEL, 0, LABEL.length, body, nameStart, nameEnd)) {
            name[0] = new String(body, valueStart, valueEnd - valueStart, StandardCharsets.UTF_8);
          }
        });
    return name[0];
  }
}
