// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for texts: label names and values repeat in thousands of series. */
final class Symbols {
  /** Estimated memory of a text besides its characters: String, map entry, number, list place. */
  private static final int BYTES_PER_TEXT = 120;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> texts = new ArrayList<>();
  private long characters;

  /** The number of a text; adds it if it is new. */
  int of(String text) {
    Integer known = numbers.get(text);
    if (known != null) {
      return known;
    }
    int number = texts.size();
    numbers.put(text, number);
    texts.add(text);
    characters += text.length();
    return number;
  }

  /** The number of a text; -1 if no label has it. */
  int find(String text) {
    return numbers.getOrDefault(text, -1);
  }

  String text(int number) {
    return texts.get(number);
  }

  int count() {
    return texts.size();
  }

  long bytes() {
    return (long) BYTES_PER_TEXT * texts.size() + characters;
  }
}
