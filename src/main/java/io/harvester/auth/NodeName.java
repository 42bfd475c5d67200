// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.util.regex.Pattern;

/** The names of nodes with a credential: safe in URLs, files, shells and SQL. */
public final class NodeName {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private NodeName() {}

  /** Whether a node of that name can have a credential. */
  public static boolean isValid(String name) {
    return VALID.matcher(name).matches();
  }

  /** The rule for valid names, for people. */
  public static String rule() {
    return "1 to 63 letters, digits, dots, dashes and underscores, the first a letter or digit";
  }
}
