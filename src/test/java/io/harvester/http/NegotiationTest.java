// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import static io.harvester.wire.MessageVersion.V1;
import static io.harvester.wire.MessageVersion.V2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.wire.MessageVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which message a request holds, by its Content-Type alone. */
class NegotiationTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          V1 |
          V1 | application/x-protobuf
          V1 | APPLICATION/X-Protobuf
          V1 | application/x-protobuf;
          V1 | application/x-protobuf;charset=utf-8
          V1 | application/x-protobuf;proto=prometheus.WriteRequest
          V2 | application/x-protobuf;proto=io.prometheus.write.v2.Request
          V2 | application/x-protobuf; proto=io.prometheus.write.v2.Request
          V2 | application/x-protobuf ;proto=io.prometheus.write.v2.Request
          V2 | application/x-protobuf;PROTO=io.prometheus.write.v2.Request
          V2 | application/x-protobuf;proto="io.prometheus.write.v2.Request"
          V2 | application/x-protobuf;proto="io.prometheus.write.v2\\.Request" ;
          V2 | application/x-protobuf;a="b;c";proto=io.prometheus.write.v2.Request;d=e
          V2 | application/x-protobuf;;  ; proto=io.prometheus.write.v2.Request
          """)
  void the_content_type_decides(MessageVersion expected, String contentType) {
    assertEquals(expected, Negotiation.of(contentType, List.of("snappy")).version(), contentType);
    assertEquals(expected, Negotiation.of(contentType, List.of()).version());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          application/json                                     | only application/x-protobuf is
          application/x-protobuffer                            | only application/x-protobuf is
          text/plain; proto=prometheus.WriteRequest            | only application/x-protobuf is
          application/x-protobuf;proto=io.prometheus.write.v3  | message io.prometheus.write.v3
          application/x-protobuf;proto=PROMETHEUS.writerequest | message PROMETHEUS.writerequest
          application/x-protobuf;proto="io.prometheus          | Content-Type
          application/x-protobuf;proto                         | Content-Type
          application/x-protobuf;proto="a"b                    | Content-Type
          application/x-protobuf;proto=a;proto=b               | Content-Type
          """)
  void another_type_is_refused(String contentType, String message) {
    Negotiation negotiation = Negotiation.of(contentType, List.of("snappy"));
    assertNull(negotiation.version());
    assertTrue(negotiation.refusal().contains(message), negotiation.refusal());
    assertTrue(negotiation.refusal().contains("supported"), negotiation.refusal());
  }

  @ParameterizedTest
  @CsvSource({"snappy", "Snappy", "' snappy '", "''"})
  void the_encoding_is_snappy_or_nothing(String encoding) {
    assertEquals(
        V2,
        Negotiation.of(
                "application/x-protobuf;proto=io.prometheus.write.v2.Request", lines(encoding))
            .version());
    assertEquals(V1, Negotiation.of(null, lines(encoding)).version());
  }

  @ParameterizedTest
  @CsvSource({"gzip", "zstd", "'snappy, gzip'", "x-snappy-framed", "identity"})
  void another_encoding_is_refused(String encoding) {
    Negotiation negotiation = Negotiation.of("application/x-protobuf", List.of(encoding));
    assertNull(negotiation.version());
    assertEquals(
        "Content-Encoding " + encoding + ": only snappy (block format) is supported",
        negotiation.refusal());
  }

  @Test
  void two_lines_are_a_list() {
    Negotiation negotiation = Negotiation.of("application/x-protobuf", List.of("snappy", "snappy"));
    assertEquals(
        "Content-Encoding snappy, snappy: only snappy (block format) is supported",
        negotiation.refusal());
  }

  private static List<String> lines(String encoding) {
    return encoding == null ? List.of() : List.of(encoding);
  }
}
