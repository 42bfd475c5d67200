// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

/**
 * A set of node names.
 *
 * @param text one name, or a prefix of names followed by {@code *}
 */
public record NodePattern(String text) {
  /** Every node. */
  public static final NodePattern ALL = new NodePattern("*");

  /**
   * Checks a pattern.
   *
   * @throws IllegalArgumentException if it is neither a name nor a prefix followed by {@code *}
   */
  public NodePattern {
    String name = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
    if (!(name.isEmpty() && text.equals("*")) && !NodeName.isValid(name)) {
      throw new IllegalArgumentException(
          "neither a node name nor a prefix of one followed by *: " + text);
    }
  }

  /** Whether the node is in the set. */
  public boolean matches(String node) {
    return text.endsWith("*")
        ? node.startsWith(text.substring(0, text.length() - 1))
        : node.equals(text);
  }
}
