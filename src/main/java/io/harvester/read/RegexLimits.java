// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Refuses regular expressions whose automaton would be huge: RE2/J writes out each repetition, and
 * walks groups by recursion. The limits are those of Go where it has them (regexp/syntax).
 */
public final class RegexLimits {
  /** Groups inside each other. */
  private static final int MAX_NESTING = 200;

  /** Product of repetitions inside each other; Go's. */
  private static final int MAX_REPEAT = 1000;

  /** Characters once repetitions are written out. */
  private static final long MAX_SIZE = 200_000;

  private final String expression;
  private final Deque<Group> outer = new ArrayDeque<>();
  private Group group = new Group();
  private int at;

  /** A part of the expression: what it holds so far, and its last item, which may be repeated. */
  private static final class Group {
    private long size;
    private long lastSize;
    private int repeat = 1;
    private int lastRepeat = 1;

    void add(long itemSize, int itemRepeat) {
      lastSize = itemSize;
      lastRepeat = itemRepeat;
      size += itemSize;
      repeat = Math.max(repeat, itemRepeat);
    }
  }

  private RegexLimits(String expression) {
    this.expression = expression;
  }

  /**
   * Checks an expression whose syntax may still be wrong.
   *
   * @throws PatternSyntaxException if it is too large
   */
  public static void check(String expression) {
    new RegexLimits(expression).check();
  }

  private void check() {
    while (at < expression.length()) {
      char c = expression.charAt(at);
      switch (c) {
        case '\\' -> escape();
        case '[' -> characterClass();
        case '(' -> open();
        case ')' -> close();
        case '{' -> repeat();
        default -> item(1);
      }
      if (group.size > MAX_SIZE) {
        throw new PatternSyntaxException("expression too large", shown());
      }
    }
  }

  private void item(int length) {
    group.add(1, 1);
    at += length;
  }

  private void escape() {
    if (!expression.startsWith("\\Q", at)) {
      item(2);
      return;
    }
    int end = expression.indexOf("\\E", at);
    int stop = end < 0 ? expression.length() : end;
    group.add(stop - at, 1);
    at = Math.min(stop + 2, expression.length());
  }

  /** A bracket right after the opening one is a member of the class. */
  private void characterClass() {
    int i = at + 1;
    if (i < expression.length() && expression.charAt(i) == '^') {
      i++;
    }
    i++;
    while (i < expression.length() && expression.charAt(i) != ']') {
      i += expression.charAt(i) == '\\' ? 2 : 1;
    }
    item(i + 1 - at);
  }

  private void open() {
    outer.push(group);
    if (outer.size() > MAX_NESTING) {
      throw new PatternSyntaxException("expression nests too deeply", shown());
    }
    group = new Group();
    at++;
  }

  private void close() {
    if (!outer.isEmpty()) {
      Group inner = group;
      group = outer.pop();
      group.add(inner.size + 2, inner.repeat);
    }
    at++;
  }

  /** {@code {n}}, {@code {n,}} or {@code {n,m}}; anything else is text. */
  private void repeat() {
    int end = expression.indexOf('}', at);
    int count = end < 0 || end - at > 10 ? -1 : count(expression.substring(at + 1, end));
    if (count < 0) {
      item(1);
      return;
    }
    if (count >= 2 && (long) count * group.lastRepeat > MAX_REPEAT) {
      throw new PatternSyntaxException("invalid repeat count", expression.substring(at, end + 1));
    }
    int times = Math.max(1, count);
    group.add(group.lastSize * (times - 1), times * group.lastRepeat);
    group.lastSize = group.lastSize * times;
    at = end + 1;
  }

  private static int count(String bounds) {
    String[] parts = bounds.split(",", -1);
    if (parts.length > 2 || parts[0].isEmpty()) {
      return -1;
    }
    int count = 0;
    for (String part : parts) {
      if (!part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return -1;
      }
      count = Math.max(count, part.isEmpty() ? 0 : Integer.parseInt(part));
    }
    return count;
  }

  private String shown() {
    return expression.length() <= 100 ? expression : expression.substring(0, 100) + "…";
  }
}
