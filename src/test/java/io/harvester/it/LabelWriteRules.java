// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.it.RuleSeries.labels;
import static io.harvester.it.RuleSeries.series;
import static io.harvester.it.WriteRule.message;
import static io.harvester.it.WriteRule.rule;
import static io.harvester.it.WriteRule.series;
import static io.harvester.it.WriteRules.refused;
import static io.harvester.testing.Message.Version.V1;
import static io.harvester.testing.Message.Version.V2;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import io.harvester.it.WriteRule.Request;
import io.harvester.proto.v2.Metadata;
import java.util.List;

/** The rules of remote write for labels, as {@link WriteRules}. */
final class LabelWriteRules {
  private LabelWriteRules() {}

  static List<WriteRule> all() {
    return List.of(
        rule(
            "labels in any order, empty values are no labels",
            series(
                series("m", "z", "1", "a", "2", "e", "").at(0, 1),
                labels("a", "2", "z", "1", "__name__", "m").at(1, 2)),
            204,
            "2 0 0",
            "",
            "m{\"a\": \"2\", \"z\": \"1\"} 0 1",
            "m{\"a\": \"2\", \"z\": \"1\"} 1 2"),
        rule(
            "any UTF-8 is a name",
            series(series("9 lives.é", "a.b \"\uD83D\uDE00", "c\\d\n").at(0, 1)),
            204,
            "1 0 0",
            "",
            "9 lives.é{\"a.b \\\"\uD83D\uDE00\": \"c\\\\d\\n\"} 0 1"),
        refused("no metric name", labels("a", "b").at(0, 1), "1 × no metric name"),
        refused("an empty metric name", series("").at(0, 1), "1 × no metric name"),
        refused("an empty label name", series("m", "", "x").at(0, 1), "1 × empty label name"),
        refused("a name twice", series("m", "a", "1", "a", "2").at(0, 1), "1 × duplicate label"),
        refused(
            "a name twice with the same value",
            series("m", "a", "1", "a", "1").at(0, 1),
            "1 × duplicate label name"),
        refused("a NUL byte", series("m", "a", "x\0").at(0, 1), "1 × label contains a NUL byte"),
        refused("NUL in the metric name", series("m\0").at(0, 1), "1 × label contains a NUL byte"),
        refused(
            "too many labels",
            RuleSeries.wide(20).at(0, 1),
            "too many labels, the limit is 20 (HARVESTER_MAX_LABELS_PER_SERIES)"),
        refused(
            "a long label name",
            series("m", "n".repeat(101), "x").at(0, 1),
            "label name too long, the limit is 100 bytes (HARVESTER_MAX_LABEL_NAME_BYTES)"),
        refused(
            "a long label value",
            series("m", "a", "x".repeat(16_385)).at(0, 1),
            "label value too long, the limit is 16384 bytes (HARVESTER_MAX_LABEL_VALUE_BYTES)"),
        refused(
            "a metric name too long for an index",
            series("x".repeat(2049)).at(0, 1),
            "2048 bytes for metric name and node"),
        rule(
            "bytes that are not UTF-8",
            notUtf8(),
            400,
            "1 0 0",
            "1 × label is not valid UTF-8",
            "good{} 0 1"),
        references("odd references", List.of(1), "1 × odd number of label references"),
        references("a value outside the symbols", List.of(1, 99), "1 × symbol reference out of"),
        references("a name outside the symbols", List.of(99, 1), "1 × symbol reference out of"),
        references("the largest reference", List.of(1, -1), "1 × symbol reference out of range"),
        metadata("help outside the symbols", Metadata.newBuilder().setHelpRef(99)),
        metadata("unit outside the symbols", Metadata.newBuilder().setUnitRef(99)));
  }

  private static WriteRule references(String name, List<Integer> refs, String fragment) {
    return rule(
            name,
            message(
                (version, node) -> {
                  var request = RuleSeries.v2(node, series("good").at(0, 1));
                  request.addTimeseriesBuilder().addAllLabelsRefs(refs);
                  return request.build().toByteArray();
                }),
            400,
            "1 0 0",
            fragment,
            "good{} 0 1")
        .only(V2);
  }

  private static WriteRule metadata(String name, Metadata.Builder metadata) {
    return rule(
            name,
            message(
                (version, node) -> {
                  var request = RuleSeries.v2(node, series("m").at(0, 2), series("good").at(0, 1));
                  request.getTimeseriesBuilder(0).setMetadata(metadata);
                  return request.build().toByteArray();
                }),
            400,
            "1 0 0",
            "1 × symbol reference out of range",
            "good{} 0 1")
        .only(V2);
  }

  private static Request notUtf8() {
    return message(
        (version, node) -> {
          RuleSeries[] both = {series("m", "a", "ZZ").at(0, 1), series("good").at(0, 1)};
          byte[] body =
              version == V1
                  ? RuleSeries.v1(node, both)
                  : RuleSeries.v2(node, both).build().toByteArray();
          body[ByteString.copyFrom(body).toString(ISO_8859_1).indexOf("ZZ")] =
              (byte) 0xC3; // a lead byte, followed by a letter
          return body;
        });
  }
}
