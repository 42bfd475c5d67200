package io.harvester.ingest.request;

import io.harvester.wire.DecodedRequest;
import io.harvester.wire.LabelReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The metric name of a series, for reports about what was refused of it. */
public final class MetricName {
  private static final byte[] LABEL = "__name__".getBytes(StandardCharsets.US_ASCII);

  private static final int LONGEST_SHOWN = 100;

  private MetricName() {}

  /** A name of any length in a message that has to say more. */
  public static String shortened(String name) {
    return name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
  }

  /** The name of a series whose references are in order. */
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
