// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A Content-Type header field (RFC 9110, 8.3.1): type and subtype in lower case, parameters by
 * lower-case name.
 *
 * @param type {@code type/subtype}
 * @param parameters values without quotes, in their original case
 */
public record MediaType(String type, Map<String, String> parameters) {

  /** Parses a header value; empty if it is malformed. */
  public static Optional<MediaType> parse(String header) {
    int semicolon = header.indexOf(';');
    String type = (semicolon < 0 ? header : header.substring(0, semicolon)).strip();
    Map<String, String> parameters = new LinkedHashMap<>();
    int at = semicolon;
    while (at >= 0 && at < header.length()) {
      at = skipBlanks(header, at + 1);
      if (at == header.length() || header.charAt(at) == ';') {
        continue; // RFC 9110, 5.6.6: empty parameters are allowed
      }
      int equals = header.indexOf('=', at);
      if (equals < 0) {
        return Optional.empty();
      }
      String name = header.substring(at, equals).toLowerCase(Locale.ROOT);
      StringBuilder value = new StringBuilder();
      at = value(header, equals + 1, value);
      if (at < 0 || name.isEmpty() || !name.equals(name.strip())) {
        return Optional.empty();
      }
      String before = parameters.put(name, value.toString());
      if (before != null && !before.contentEquals(value)) {
        return Optional.empty(); // repeated with another value: ambiguous
      }
    }
    return Optional.of(new MediaType(type.toLowerCase(Locale.ROOT), parameters));
  }

  /** Reads a token or a quoted string; returns the index of the next semicolon, -1 if malformed. */
  private static int value(String header, int from, StringBuilder into) {
    int at = from;
    if (at < header.length() && header.charAt(at) == '"') {
      at++;
      while (at < header.length() && header.charAt(at) != '"') {
        if (header.charAt(at) == '\\') {
          at++;
        }
        if (at < header.length()) {
          into.append(header.charAt(at++));
        }
      }
      if (at >= header.length()) {
        return -1;
      }
      at = skipBlanks(header, at + 1);
    } else {
      int end = header.indexOf(';', at);
      end = end < 0 ? header.length() : end;
      into.append(header.substring(at, end).stripTrailing());
      at = end;
    }
    return at == header.length() || header.charAt(at) == ';' ? at : -1;
  }

  private static int skipBlanks(String s, int from) {
    int at = from;
    while (at < s.length() && (s.charAt(at) == ' ' || s.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }
}
