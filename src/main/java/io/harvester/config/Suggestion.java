// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** Suggests the name that an operator probably meant. */
public final class Suggestion {
  private static final int MAX_DISTANCE = 4;

  private Suggestion() {}

  /** " (did you mean --listen?)", or where to find all names if none is similar. */
  public static String forName(String given, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(name -> distance(given, name)))
        .filter(nearest -> distance(given, nearest) <= Math.min(MAX_DISTANCE, given.length() / 3))
        .map(nearest -> " (did you mean " + nearest + "?)")
        .orElse(" (--help lists all names)");
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
