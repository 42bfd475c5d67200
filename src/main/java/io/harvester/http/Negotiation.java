// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.wire.MessageVersion;
import java.util.List;
import java.util.Optional;

/**
 * The message version of a request. The Content-Type alone determines it (Remote-Write 2.0,
 * "Protocol"); the version and user agent headers are ignored.
 *
 * @param version the message; null if refused
 * @param refusal why the request is answered 415; null if accepted
 */
record Negotiation(MessageVersion version, String refusal) {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String V1 = "prometheus.WriteRequest";
  private static final String V2 = "io.prometheus.write.v2.Request";

  /**
   * Takes the two header fields.
   *
   * @param contentType null: the field is absent
   * @param contentEncoding all lines of the field: several are a list (RFC 9110, 5.3), which means
   *     that the body is encoded several times
   */
  static Negotiation of(String contentType, List<String> contentEncoding) {
    String encoding = String.join(", ", contentEncoding).strip();
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("snappy")) {
      return refuse("Content-Encoding " + encoding + ": only snappy (block format) is");
    }
    if (contentType == null || contentType.isBlank()) {
      return new Negotiation(MessageVersion.V1, null); // as Prometheus does
    }
    Optional<MediaType> type = MediaType.parse(contentType);
    if (type.isEmpty() || !type.get().type().equals(PROTOBUF)) {
      return refuse("Content-Type " + contentType + ": only " + PROTOBUF + " is");
    }
    String proto = type.get().parameters().getOrDefault("proto", V1);
    return switch (proto) {
      case V1 -> new Negotiation(MessageVersion.V1, null);
      case V2 -> new Negotiation(MessageVersion.V2, null);
      default -> refuse("message " + proto + ": only " + V1 + " and " + V2 + " are");
    };
  }

  private static Negotiation refuse(String why) {
    return new Negotiation(null, why + " supported");
  }
}
