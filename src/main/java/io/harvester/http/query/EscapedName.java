// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

/**
 * Label names in URLs. Clients that do not encode them otherwise send {@code U__} and write other
 * characters as {@code _hex_} and underscores doubled (prometheus/common, model/metric.go).
 */
final class EscapedName {
  private static final String PREFIX = "U__";
  private static final int MAX_HEX = 6;

  private EscapedName() {}

  /** The name; the text itself if it is not a well-formed escaped name. */
  static String decode(String text) {
    if (!text.startsWith(PREFIX)) {
      return text;
    }
    StringBuilder name = new StringBuilder();
    int at = PREFIX.length();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '_') {
        name.append(c);
        continue;
      }
      int end = text.indexOf('_', at);
      if (end == at) {
        name.append('_');
      } else if (end < 0 || end - at > MAX_HEX || !appendHex(text.substring(at, end), name)) {
        return text;
      }
      at = end + 1;
    }
    return name.toString();
  }

  private static boolean appendHex(String hex, StringBuilder name) {
    try {
      int point = Integer.parseInt(hex, 16);
      if (point < 0 || !Character.isValidCodePoint(point)) {
        return false;
      }
      name.appendCodePoint(point);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
