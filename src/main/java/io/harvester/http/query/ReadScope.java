// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import com.google.re2j.Pattern;
import io.harvester.auth.NodePattern;
import io.harvester.read.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The nodes that somebody may read, as a condition of every selector. */
final class ReadScope {
  private final List<Matcher> restriction;

  ReadScope(List<NodePattern> mayRead, String nodeLabel) {
    restriction =
        mayRead.contains(NodePattern.ALL)
            ? List.of()
            : List.of(
                Matcher.of(
                    Matcher.Type.REGEX,
                    nodeLabel,
                    mayRead.stream().map(ReadScope::regex).collect(Collectors.joining("|"))));
  }

  private static String regex(NodePattern pattern) {
    String text = pattern.text();
    return text.endsWith("*")
        ? Pattern.quote(text.substring(0, text.length() - 1)) + ".*"
        : Pattern.quote(text);
  }

  /** What every selector must have; empty: all nodes may be read. */
  List<Matcher> restriction() {
    return restriction;
  }

  boolean isRestricted() {
    return !restriction.isEmpty();
  }

  /** A selector within the scope. */
  List<Matcher> within(List<Matcher> matchers) {
    List<Matcher> both = new ArrayList<>(matchers);
    both.addAll(restriction);
    return both;
  }
}
