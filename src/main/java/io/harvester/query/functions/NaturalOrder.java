// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.text.GoText;
import java.util.ArrayList;
import java.util.List;

/** Compares texts so that runs of digits count as numbers: node2 comes before node10. */
final class NaturalOrder {
  private NaturalOrder() {}

  /** Whether one text comes before another one. */
  static boolean isLess(String left, String right) {
    List<String> lefts = chunks(left);
    List<String> rights = chunks(right);
    for (int i = 0; i < lefts.size(); i++) {
      if (i >= rights.size()) {
        return false;
      }
      long l = number(lefts.get(i));
      long r = number(rights.get(i));
      boolean numbers = l >= 0 && r >= 0;
      if (numbers ? l == r : lefts.get(i).equals(rights.get(i))) {
        if (i == lefts.size() - 1) {
          return true;
        }
        if (i == rights.size() - 1) {
          return false;
        }
        continue;
      }
      return numbers ? l < r : GoText.compare(lefts.get(i), rights.get(i)) < 0;
    }
    return false;
  }

  /** Runs of digits and runs of other characters. */
  private static List<String> chunks(String text) {
    List<String> chunks = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= text.length(); i++) {
      if (i == text.length() || isDigit(text.charAt(i)) != isDigit(text.charAt(i - 1))) {
        chunks.add(text.substring(start, i));
        start = i;
      }
    }
    return chunks;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The number; -1 if the chunk is none that fits 64 bits. */
  private static long number(String chunk) {
    if (!isDigit(chunk.charAt(0))) {
      return -1;
    }
    try {
      return Long.parseLong(chunk);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
