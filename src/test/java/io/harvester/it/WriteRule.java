// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.testing.Message.Version;
import java.util.List;
import java.util.Set;

/**
 * One rule of remote write, as a row of a table.
 *
 * @param name the rule in words
 * @param versions the versions of the protocol that it holds for
 * @param request what is sent
 * @param contentType null: that of the version
 * @param encoding the Content-Encoding; null: none
 * @param status what is answered
 * @param written samples, histograms and exemplars that the answer says are written, which only 2.0
 *     does; empty: it has none of the three headers
 * @param fragment a part of the body
 * @param stored what is in the database afterwards, in the words of {@link RuleRows}
 */
record WriteRule(
    String name,
    Set<Version> versions,
    Request request,
    String contentType,
    String encoding,
    int status,
    String written,
    String fragment,
    List<String> stored) {

  /** The message, before compression; every series of it belongs to the node. */
  @FunctionalInterface
  interface Message {
    byte[] of(Version version, String node);
  }

  /** The body as it is on the wire. */
  @FunctionalInterface
  interface Request {
    byte[] body(Version version, String node);
  }

  static WriteRule rule(
      String name, Request request, int status, String written, String fragment, String... stored) {
    return new WriteRule(
        name,
        Set.of(Version.values()),
        request,
        null,
        "snappy",
        status,
        written,
        fragment,
        List.of(stored));
  }

  /** Series that are the same in both versions. */
  static Request series(RuleSeries... series) {
    return message(
        (version, node) ->
            version == Version.V1
                ? RuleSeries.v1(node, series)
                : RuleSeries.v2(node, series).build().toByteArray());
  }

  static Request message(Message message) {
    return (version, node) -> io.harvester.testing.Message.compressed(message.of(version, node));
  }

  WriteRule only(Version version) {
    return new WriteRule(
        name, Set.of(version), request, contentType, encoding, status, written, fragment, stored);
  }

  WriteRule as(Version version, String type) {
    return new WriteRule(
        name, Set.of(version), request, type, encoding, status, written, fragment, stored);
  }

  WriteRule encoded(String contentEncoding) {
    return new WriteRule(
        name, versions, request, contentType, contentEncoding, status, written, fragment, stored);
  }
}
