// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.it.RuleSeries.series;
import static io.harvester.it.WriteRule.message;
import static io.harvester.it.WriteRule.rule;
import static io.harvester.it.WriteRule.series;
import static io.harvester.testing.Message.Version.V1;
import static io.harvester.testing.Message.Version.V2;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.harvester.it.WriteRule.Request;
import io.harvester.testing.Message;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The rules of remote write for samples and exemplars: name, request, status, counts of 2.0, a part
 * of the body, what is stored. Holds with the limits of {@link #SETTINGS}.
 */
final class WriteRules {
  /** Now, to which all times are relative. */
  static final long T = System.currentTimeMillis() / 1000 * 1000;

  static final String[] SETTINGS = {
    "--retention=30d",
    "--max-labels-per-series=20",
    "--max-label-name-bytes=100",
    "--max-compressed-bytes=100KiB",
    "--max-decompressed-bytes=300KiB",
    "--max-request-items=2000"
  };

  private static final String TYPE = "application/x-protobuf";
  private static final String PROTO1 = "prometheus.WriteRequest";
  private static final String PROTO2 = "io.prometheus.write.v2.Request";
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final String REST = "everything else in the request is stored";
  private static final Request ONE = series(series("m").at(0, 1));
  private static final String STORED = "m{} 0 1";

  private WriteRules() {}

  static List<WriteRule> negotiation() {
    return List.of(
        rule("1.0 is the plain type", ONE, 204, "", "", STORED).as(V1, TYPE),
        rule("1.0 may be named", ONE, 204, "", "", STORED).as(V1, TYPE + ";proto=" + PROTO1),
        rule("no type is 1.0", ONE, 204, "", "", STORED).as(V1, ""),
        rule("2.0 is named", ONE, 204, "1 0 0", "", STORED).as(V2, TYPE + ";proto=" + PROTO2),
        rule("a blank after ;", ONE, 204, "1 0 0", "", STORED).as(V2, TYPE + "; proto=" + PROTO2),
        rule("a quoted value", ONE, 204, "1 0 0", "", STORED)
            .as(V2, TYPE + ";proto=\"" + PROTO2 + "\""),
        rule("capitals, and other parameters", ONE, 204, "1 0 0", "", STORED)
            .as(V2, "Application/X-Protobuf ; charset=x;PROTO=" + PROTO2),
        rule("snappy in any case", ONE, 204, "1 0 0", "", STORED).encoded("Snappy"),
        rule("no encoding is snappy", ONE, 204, "1 0 0", "", STORED).encoded(null),
        rule("another encoding", ONE, 415, "", "Content-Encoding gzip: only snappy")
            .encoded("gzip"),
        rule("another type", ONE, 415, "", "only application/x-protobuf is supported")
            .as(V2, "application/json"),
        rule("another message", ONE, 415, "", "message x: only").as(V2, TYPE + ";proto=x"),
        rule("a type that is no type", ONE, 415, "", "supported").as(V2, TYPE + ";proto"));
  }

  static List<WriteRule> bodies() {
    byte[] framed = {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y', 0};
    byte[] over = new byte[(100 << 10) + 1];
    return List.of(
        rule("an empty message", series(), 204, "0 0 0", ""),
        rule("no bytes at all", bytes(new byte[0]), 400, "0 0 0", "empty body"),
        rule("not snappy", bytes("hello world".getBytes(UTF_8)), 400, "0 0 0", "snappy"),
        rule("framed snappy", bytes(framed), 400, "0 0 0", "framed (stream) format"),
        rule("a block cut off", cut(ONE), 400, "0 0 0", "malformed snappy block"),
        rule("no message", message((v, n) -> new byte[] {10, 100, 1}), 400, "0 0 0", "truncated"),
        rule("a body over its limit", bytes(over), 413, "0 0 0", "102400 (HARVESTER_MAX_COMPR"),
        rule(
            "a message over its limit",
            message((v, n) -> new byte[(300 << 10) + 1]),
            413,
            "0 0 0",
            "the limit is 307200 (HARVESTER_MAX_DECOMPRESSED_BYTES)"),
        rule(
            "more series than allowed",
            message((v, n) -> emptySeries(v == V1 ? 1 : 5, 2001)),
            413,
            "0 0 0",
            "more than 2000 series (HARVESTER_MAX_REQUEST_ITEMS)"),
        rule(
                "symbols after the series that use them",
                message((v, n) -> symbolsLast(n)),
                204,
                "1 0 0",
                "",
                STORED)
            .only(V2),
        rule("references one by one", message((v, n) -> unpacked(n)), 204, "1 0 0", "", STORED)
            .only(V2),
        rule("fields that nobody knows", message((v, n) -> unknown(n)), 204, "1 0 0", "", STORED)
            .only(V2),
        rule(
                "2.0 under the type of 1.0",
                message((v, n) -> RuleSeries.v2(n, series("m").at(0, 1)).build().toByteArray()),
                400,
                "",
                "looks like io.prometheus.write.v2.Request (Remote-Write 2.0), but the Content-Type"
                    + " says prometheus.WriteRequest (Remote-Write 1.0)")
            .only(V1),
        rule(
                "1.0 under the type of 2.0",
                message((v, n) -> RuleSeries.v1(n, series("m").at(0, 1))),
                400,
                "0 0 0",
                "looks like prometheus.WriteRequest (Remote-Write 1.0), but the Content-Type says"
                    + " io.prometheus.write.v2.Request (Remote-Write 2.0)")
            .only(V2),
        rule(
            "another message",
            message((v, n) -> new byte[] {50, 1, 'x'}),
            400,
            "0 0 0",
            "the body of 3 bytes has no field of"));
  }

  static List<WriteRule> samples() {
    return List.of(
        rule(
            "time and value of 0 ms ahead",
            series(series("m").at(0, 0)),
            204,
            "1 0 0",
            "",
            "m{} 0 0"),
        rule(
            "late samples in any order",
            series(series("m").at(0, 1).at(-20 * DAY, 2).at(-5000, 3)),
            204,
            "3 0 0",
            "",
            "m{} -1728000000 2",
            "m{} -5000 3",
            "m{} 0 1"),
        rule("5 min ahead", series(series("m").at(300_000, 1)), 204, "1 0 0", "", "m{} 300000 1"),
        rule(
            "the same sample twice is a duplicate",
            series(series("m").at(0, 1).at(0, 1)),
            204,
            "2 0 0",
            "",
            STORED),
        rule(
            "the first value of a time stays",
            series(series("m").at(0, 1).at(0, 2)),
            400,
            "1 0 0",
            "1 × another value is stored for this timestamp",
            "conflict m{} 0 1 2",
            STORED),
        rule(
            "every bit of a value counts",
            series(
                series("m")
                    .bitsAt(0, 1L << 63)
                    .bitsAt(1, Message.STALE)
                    .bitsAt(2, 0x7FF8000000000001L)
                    .bitsAt(3, 0xFFF8DEADBEEF0001L)
                    .at(4, Double.NEGATIVE_INFINITY)
                    .at(5, Double.MIN_VALUE)),
            204,
            "6 0 0",
            "",
            "m{} 0 8000000000000000",
            "m{} 1 7ff0000000000002",
            "m{} 2 7ff8000000000001",
            "m{} 3 fff8deadbeef0001",
            "m{} 4 -Infinity",
            "m{} 5 5e-324"),
        rule(
                "start timestamps of rc.4",
                series(series("m").at(0, 1, -90).at(1, 2, -90)),
                204,
                "2 0 0",
                "",
                "m{} 0 1",
                "m{} 1 2",
                "start m{} -90")
            .only(V2),
        rule(
                "created_timestamp of older drafts",
                series(series("m").created(-80).at(0, 1)),
                204,
                "1 0 0",
                "",
                "m{} 0 1",
                "start m{} -80")
            .only(V2),
        refused("time 0", series("m").atTime(0, 1), "1 × timestamp too old"),
        refused("time -1", series("m").atTime(-1, 1), "HARVESTER_RETENTION"),
        refused("the first time", series("m").atTime(Long.MIN_VALUE, 1), "1 × timestamp too old"),
        refused(
            "the last time",
            series("m").atTime(Long.MAX_VALUE, 1),
            "1 × timestamp too far in the future"),
        refused("beyond retention", series("m").at(-31 * DAY, 1), "1 × timestamp too old"),
        refused("half an hour ahead", series("m").at(1_800_000, 1), "HARVESTER_MAX_FUTURE"),
        refused("no data point", series("m"), "1 × no data point"),
        rule(
            "a bad sample costs its series nothing",
            series(series("m").at(0, 1).atTime(5, 2)),
            400,
            "1 0 0",
            REST,
            STORED));
  }

  static List<WriteRule> exemplars() {
    return List.of(
        rule(
            "exemplars with and without labels",
            series(series("m").at(0, 1).exemplar(0, 0.5, "trace_id", "t").exemplar(1, 2)),
            204,
            "1 0 2",
            "",
            "exemplar m{} 0 0.5 {\"trace_id\": \"t\"}",
            "exemplar m{} 1 2 {}",
            STORED),
        rule(
            "an exemplar alone, as Prometheus sends it",
            series(series("m").exemplar(0, 0.5, "trace_id", "t")),
            204,
            "0 0 1",
            "",
            "exemplar m{} 0 0.5 {\"trace_id\": \"t\"}"),
        rule(
                "odd references of an exemplar",
                series(series("m").at(0, 1).exemplar(0, 0.5, "a")),
                400,
                "1 0 0",
                "1 × exemplar: odd number of label references",
                STORED)
            .only(V2),
        rule(
            "a label of an exemplar twice",
            series(series("m").at(0, 1).exemplar(0, 0.5, "a", "1", "a", "2")),
            400,
            "1 0 0",
            "1 × exemplar: duplicate label name",
            STORED),
        rule(
            "an exemplar from the future",
            series(series("m").at(0, 1).exemplar(1_800_000, 1)),
            400,
            "1 0 0",
            "1 × timestamp too far in the future",
            STORED));
  }

  /** A bad series beside a good one. */
  static WriteRule refused(String name, RuleSeries bad, String fragment) {
    Request request = series(bad, series("good").at(0, 1).at(1, 2));
    return rule(name, request, 400, "2 0 0", fragment, "good{} 0 1", "good{} 1 2");
  }

  private static Request bytes(byte[] body) {
    return (version, node) -> body;
  }

  private static Request cut(Request request) {
    return (version, node) -> {
      byte[] body = request.body(version, node);
      return Arrays.copyOf(body, body.length - 3);
    };
  }

  private static byte[] emptySeries(int field, int times) {
    byte[] message = new byte[2 * times];
    for (int i = 0; i < times; i++) {
      message[2 * i] = (byte) ((field << 3) | 2);
    }
    return message;
  }

  private static byte[] symbolsLast(String node) {
    var request = RuleSeries.v2(node, series("m").at(0, 1));
    ByteString series = request.clone().clearSymbols().build().toByteString();
    return series.concat(request.clearTimeseries().build().toByteString()).toByteArray();
  }

  private static byte[] unpacked(String node) {
    var request = RuleSeries.v2(node, series("m").at(0, 1));
    var one = request.getTimeseries(0);
    UnknownFieldSet.Field.Builder refs = UnknownFieldSet.Field.newBuilder();
    one.getLabelsRefsList().forEach(ref -> refs.addVarint(ref));
    var bare =
        one.toBuilder()
            .clearLabelsRefs()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(1, refs.build()).build());
    return request.setTimeseries(0, bare).build().toByteArray();
  }

  private static byte[] unknown(String node) {
    var request = RuleSeries.v2(node, series("m").at(0, 1));
    UnknownFieldSet fields =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addFixed32(7).addVarint(-1).build())
            .build();
    request.getTimeseriesBuilder(0).setUnknownFields(fields);
    return request.setUnknownFields(fields).build().toByteArray();
  }
}
