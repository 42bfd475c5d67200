// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import java.util.List;

/**
 * Compares label sets with matchers. Remembers the result of each set and of each value, because
 * many series share a set, and many sets a value. For one query.
 */
final class SetMatch {
  private static final byte MATCHES = 1;
  private static final byte DIFFERS = 2;

  private final Symbols symbols;
  private final LabelSets sets;
  private final List<Matcher> matchers;
  private final int[] names;
  private final boolean[] withoutLabel;
  private final byte[][] byValue;
  private final byte[] bySet;

  SetMatch(Symbols symbols, LabelSets sets, List<Matcher> matchers) {
    this.symbols = symbols;
    this.sets = sets;
    this.matchers = matchers;
    names = new int[matchers.size()];
    withoutLabel = new boolean[matchers.size()];
    byValue = new byte[matchers.size()][];
    for (int m = 0; m < names.length; m++) {
      names[m] = symbols.find(matchers.get(m).name());
      withoutLabel[m] = matchers.get(m).matches("");
      byValue[m] = new byte[symbols.count()];
    }
    bySet = new byte[matchers.isEmpty() ? 0 : sets.count()];
  }

  boolean matches(int set) {
    if (matchers.isEmpty()) {
      return true;
    }
    if (bySet[set] == 0) {
      bySet[set] = compare(set) ? MATCHES : DIFFERS;
    }
    return bySet[set] == MATCHES;
  }

  private boolean compare(int set) {
    for (int m = 0; m < names.length; m++) {
      int value = names[m] < 0 ? -1 : sets.value(set, names[m]);
      if (value < 0 ? !withoutLabel[m] : !matches(m, value)) {
        return false;
      }
    }
    return true;
  }

  private boolean matches(int m, int value) {
    byte[] known = byValue[m];
    if (known[value] == 0) {
      known[value] = matchers.get(m).matches(symbols.text(value)) ? MATCHES : DIFFERS;
    }
    return known[value] == MATCHES;
  }
}
