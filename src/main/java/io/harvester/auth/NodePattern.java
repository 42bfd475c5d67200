package io.harvester.auth;

/**
 * Node names that a right extends to.
 *
 * @param text one name, or the beginning of names followed by {@code *}
 */
public record NodePattern(String text) {
  /** Every node. */
  public static final NodePattern ALL = new NodePattern("*");

  /**
   * Checks a pattern.
   *
   * @throws IllegalArgumentException if it is neither a name nor a beginning with one star at its
   *     end
   */
  public NodePattern {
    String name = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
    if (!(name.isEmpty() && text.equals("*")) && !NodeName.isValid(name)) {
      throw new IllegalArgumentException(
          "not a node name, nor the beginning of one followed by *: " + text);
    }
  }

  /** Whether the right extends to that node. */
  public boolean matches(String node) {
    return text.endsWith("*")
        ? node.startsWith(text.substring(0, text.length() - 1))
        : node.equals(text);
  }
}
