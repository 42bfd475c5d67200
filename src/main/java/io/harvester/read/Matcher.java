// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A condition on one label, as in a PromQL selector. A series without the label has the value "".
 * Regular expressions have the syntax of RE2, match the whole value, and {@code .} matches a line
 * break (Prometheus 3, model/labels/regexp.go).
 */
public final class Matcher {
  private static final String SPECIAL = "\\.+*?()[]{}^$";

  private final Type type;
  private final String name;
  private final String value;
  private final Predicate<String> positive;

  /** The four operators. */
  public enum Type {
    /** {@code =}. */
    EQUAL("="),
    /** {@code !=}. */
    NOT_EQUAL("!="),
    /** {@code =~}. */
    REGEX("=~"),
    /** {@code !~}. */
    NOT_REGEX("!~");

    private final String operator;

    Type(String operator) {
      this.operator = operator;
    }

    /** The operator as it is written in a selector. */
    public String operator() {
      return operator;
    }

    private boolean isRegex() {
      return this == REGEX || this == NOT_REGEX;
    }

    private boolean isNegative() {
      return this == NOT_EQUAL || this == NOT_REGEX;
    }
  }

  private Matcher(Type type, String name, String value, Predicate<String> positive) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.positive = positive;
  }

  /**
   * A matcher of a label.
   *
   * @throws IllegalArgumentException if the regular expression is not one of RE2's syntax, or is
   *     too large
   */
  public static Matcher of(Type type, String name, String value) {
    return new Matcher(type, name, value, type.isRegex() ? regex(value) : value::equals);
  }

  /** Most expressions are lists of names, or accept everything: no automaton is needed for them. */
  private static Predicate<String> regex(String expression) {
    if (expression.equals(".*")) {
      return text -> true;
    }
    if (expression.equals(".+")) {
      return text -> !text.isEmpty();
    }
    if (expression.chars().noneMatch(c -> SPECIAL.indexOf(c) >= 0)) {
      return Arrays.stream(expression.split("\\|", -1)).collect(Collectors.toSet())::contains;
    }
    try {
      RegexLimits.check(expression);
      Pattern pattern = Pattern.compile("(?s:" + expression + ")");
      return pattern::matches;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "invalid regular expression " + expression + ": " + e.getMessage(), e);
    }
  }

  /** The name of the label; {@code __name__} is the metric. */
  public String name() {
    return name;
  }

  /** The operator. */
  public Type type() {
    return type;
  }

  /** The value or regular expression. */
  public String value() {
    return value;
  }

  /** Whether a series with this value of the label is meant; "": it lacks the label. */
  public boolean matches(String labelValue) {
    return positive.test(labelValue) != type.isNegative();
  }

  /** The matcher as it is written in a selector. */
  @Override
  public String toString() {
    return name + type.operator + '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
