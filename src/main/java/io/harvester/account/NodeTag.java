// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

import java.util.regex.Pattern;

/** The rules of table {@code node_tag}. */
public final class NodeTag {
  private static final int MAX_VALUE_LENGTH = 200;
  private static final Pattern KEY = Pattern.compile("[a-z_][a-z0-9_.-]{0,62}");

  private NodeTag() {}

  /** Returns a key that is one. */
  public static String key(String text) throws ActionRefusedException {
    if (!KEY.matcher(text).matches()) {
      throw new ActionRefusedException(
          text
              + " is not the key of a tag"
              + " (a lower-case letter or _, then at most 62 letters, digits, _, . or -)");
    }
    return text;
  }

  /** Returns a value that is one. */
  public static String value(String key, String text) throws ActionRefusedException {
    if (text.isEmpty() || text.length() > MAX_VALUE_LENGTH) {
      throw new ActionRefusedException(
          "the value of %s must have 1 to %d characters, not %d (\"node untag\" removes a tag)"
              .formatted(key, MAX_VALUE_LENGTH, text.length()));
    }
    return text;
  }
}
