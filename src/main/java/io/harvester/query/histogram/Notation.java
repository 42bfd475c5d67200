// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import io.harvester.query.text.GoNumber;
import java.util.StringJoiner;

/** The two texts of a histogram. */
public final class Notation {
  private Notation() {}

  /** As in query results: {@code {count:2, sum:3, (1,2]:2}}. */
  public static String text(FloatHistogram histogram) {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    text.add("count:" + GoNumber.general(histogram.count()));
    text.add("sum:" + GoNumber.general(histogram.sum()));
    Walk negative = Walk.descending(histogram.negative());
    while (negative.next()) {
      if (negative.count() != 0) {
        double lower = -bound(histogram, negative.index());
        double upper = -bound(histogram, negative.index() - 1);
        text.add(bucket(lower, upper, histogram.isCustom(), negative));
      }
    }
    if (histogram.zeroCount() != 0) {
      double zero = histogram.zeroThreshold();
      text.add(text(new Bucket(-zero, zero, true, true, histogram.zeroCount())));
    }
    Walk positive = Walk.ascending(histogram.positive());
    while (positive.next()) {
      if (positive.count() != 0) {
        double lower = bound(histogram, positive.index() - 1);
        double upper = bound(histogram, positive.index());
        text.add(bucket(lower, upper, histogram.isCustom(), positive));
      }
    }
    return text.toString();
  }

  private static double bound(FloatHistogram histogram, int index) {
    return Bounds.upper(index, histogram.schema(), histogram.customValues());
  }

  private static String bucket(double lower, double upper, boolean custom, Walk walk) {
    boolean lowerInclusive = custom ? walk.index() == 0 : lower < 0;
    return text(new Bucket(lower, upper, lowerInclusive, custom || upper > 0, walk.count()));
  }

  private static String text(Bucket bucket) {
    return (bucket.lowerInclusive() ? "[" : "(")
        + GoNumber.general(bucket.lower())
        + ","
        + GoNumber.general(bucket.upper())
        + (bucket.upperInclusive() ? "]" : ")")
        + ":"
        + GoNumber.general(bucket.count());
  }

  /** As in series descriptions: {@code {{count:2 sum:3 buckets:[2]}}}. */
  public static String literal(FloatHistogram histogram) {
    StringJoiner literal = new StringJoiner(" ", "{{", "}}");
    if (histogram.schema() != 0) {
      literal.add("schema:" + histogram.schema());
    }
    number(literal, "count", histogram.count());
    number(literal, "sum", histogram.sum());
    number(literal, "z_bucket", histogram.zeroCount());
    number(literal, "z_bucket_w", histogram.zeroThreshold());
    if (histogram.isCustom()) {
      literal.add("custom_values:" + numbers(histogram.customValues()));
    }
    if (histogram.hint() != CounterReset.UNKNOWN) {
      literal.add("counter_reset_hint:" + histogram.hint().word());
    }
    side(literal, "", histogram.positive());
    side(literal, "n_", histogram.negative());
    return literal.toString();
  }

  private static void number(StringJoiner literal, String name, double value) {
    if (value != 0) {
      literal.add(name + ":" + GoNumber.general(value));
    }
  }

  private static void side(StringJoiner literal, String prefix, Side side) {
    Side span = Sides.inOneSpan(side);
    if (span.isEmpty()) {
      return;
    }
    if (span.offsets()[0] != 0) {
      literal.add(prefix + "offset:" + span.offsets()[0]);
    }
    literal.add(prefix + "buckets:" + numbers(span.counts()));
  }

  private static String numbers(double[] values) {
    StringJoiner numbers = new StringJoiner(" ", "[", "]");
    for (double value : values) {
      numbers.add(GoNumber.general(value));
    }
    return numbers.toString();
  }
}
