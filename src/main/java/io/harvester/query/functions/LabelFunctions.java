// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.harvester.query.value.Labels;
import io.harvester.read.RegexLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code label_replace} and {@code label_join}: they look at labels only. */
public final class LabelFunctions {
  private LabelFunctions() {}

  /** Whether a text may be the name of a label. */
  public static boolean isLabelName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Compiles the expression of {@code label_replace}, which matches whole values. */
  public static Pattern pattern(String regex) {
    try {
      RegexLimits.check(regex);
      return Pattern.compile("^(?s:" + regex + ")$");
    } catch (PatternSyntaxException e) {
      throw new EvaluationException("invalid regular expression in label_replace(): " + regex);
    }
  }

  /** Sets a label from the match of another one. */
  public static List<Column> replace(
      List<Column> columns, String target, String template, String source, Pattern pattern) {
    if (!isLabelName(target)) {
      throw new EvaluationException("invalid destination label name in label_replace(): " + target);
    }
    Map<String, Optional<String>> replacements = new HashMap<>();
    List<Column> result = new ArrayList<>(columns.size());
    for (Column column : columns) {
      Optional<String> value =
          replacements.computeIfAbsent(
              column.labels().value(source),
              text -> {
                Matcher matcher = pattern.matcher(text);
                return matcher.find()
                    ? Optional.of(expand(template, matcher, pattern))
                    : Optional.empty();
              });
      result.add(value.isPresent() ? with(column, target, value.get()) : column);
    }
    return result;
  }

  private static Column with(Column column, String target, String value) {
    return column.with(
        column.labels().change().set(target, value).build(),
        column.nameless() && !target.equals(Labels.METRIC_NAME));
  }

  /** Puts groups in place of {@code $1}, {@code ${1}}, {@code $name}; {@code $$} is a dollar. */
  private static String expand(String template, Matcher matcher, Pattern pattern) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      int dollar = template.indexOf('$', at);
      if (dollar < 0) {
        break;
      }
      out.append(template, at, dollar);
      at = dollar + 1;
      if (template.startsWith("$", at)) {
        out.append('$');
        at++;
        continue;
      }
      boolean braces = template.startsWith("{", at);
      int start = braces ? at + 1 : at;
      int end = start;
      while (end < template.length() && isWord(template.charAt(end))) {
        end++;
      }
      if (end == start || (braces && !template.startsWith("}", end))) {
        out.append('$'); // malformed: the dollar stands for itself
        continue;
      }
      out.append(group(template.substring(start, end), matcher, pattern));
      at = braces ? end + 1 : end;
    }
    return out.append(template, at, template.length()).toString();
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static String group(String name, Matcher matcher, Pattern pattern) {
    String group = null;
    boolean number = name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 9;
    if (number && (name.length() == 1 || name.charAt(0) != '0')) {
      int index = Integer.parseInt(name);
      group = index <= matcher.groupCount() ? matcher.group(index) : null;
    } else if (pattern.namedGroups().containsKey(name)) {
      group = matcher.group(pattern.namedGroups().get(name));
    }
    return group == null ? "" : group;
  }

  /** Sets a label to the joined values of others. */
  public static List<Column> join(
      List<Column> columns, String target, String separator, List<String> sources) {
    for (String source : sources) {
      if (!isLabelName(source)) {
        throw new EvaluationException("invalid source label name in label_join(): " + source);
      }
    }
    if (!isLabelName(target)) {
      throw new EvaluationException("invalid destination label name in label_join(): " + target);
    }
    List<Column> result = new ArrayList<>(columns.size());
    for (Column column : columns) {
      List<String> values = sources.stream().map(column.labels()::value).toList();
      result.add(with(column, target, String.join(separator, values)));
    }
    return result;
  }
}
