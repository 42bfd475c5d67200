// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import com.google.re2j.PatternSyntaxException;
import io.harvester.query.parser.TokenStream.Context;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.text.GoText;
import io.harvester.read.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses selectors and lists of labels. */
final class SelectorParser {
  static final String NAME = "__name__";

  private final TokenStream tokens;

  SelectorParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** A selector without modifiers. */
  VectorSelector selector() throws PromqlException {
    if (tokens.isNext(Kind.LEFT_BRACE)) {
      Position start = tokens.peek().position();
      List<Matcher> matchers = new ArrayList<>();
      return selector(Optional.empty(), matchers, start.to(braces(matchers)));
    }
    if (!tokens.peek().kind().isMetricName()) {
      throw tokens.unexpected();
    }
    return named(tokens.take());
  }

  /** A selector whose name is read. */
  VectorSelector named(Token name) throws PromqlException {
    List<Matcher> matchers = new ArrayList<>();
    Position end = tokens.isNext(Kind.LEFT_BRACE) ? braces(matchers) : name.position();
    matchers.add(Matcher.of(Matcher.Type.EQUAL, NAME, name.text()));
    return selector(Optional.of(name.text()), matchers, name.position().to(end));
  }

  private static VectorSelector selector(
      Optional<String> name, List<Matcher> matchers, Position position) {
    return new VectorSelector(name, List.copyOf(matchers), Modifier.NONE, position);
  }

  private Position braces(List<Matcher> matchers) throws PromqlException {
    tokens.take(Kind.LEFT_BRACE);
    while (!tokens.isNext(Kind.RIGHT_BRACE)) {
      matchers.add(matcher());
      if (!tokens.isNext(Kind.COMMA)) {
        break;
      }
      tokens.take();
    }
    return tokens.take(Kind.RIGHT_BRACE, Context.AFTER_MATCHER).position();
  }

  private Matcher matcher() throws PromqlException {
    if (tokens.isNext(Kind.STRING)) {
      return quotedMatcher(tokens.take());
    }
    Token label = tokens.take(Kind.IDENTIFIER, Context.MATCHER);
    if (!tokens.peek().kind().isMatchOperator()) {
      throw tokens.unexpected(Context.MATCH_OPERATOR);
    }
    return matcher(label.position(), label.text());
  }

  /** A name in quotes: of a label, or, where no operator follows, of the metric. */
  private Matcher quotedMatcher(Token label) throws PromqlException {
    String name = GoText.unquote(label.text());
    return tokens.peek().kind().isMatchOperator()
        ? matcher(label.position(), name)
        : Matcher.of(Matcher.Type.EQUAL, NAME, name);
  }

  private Matcher matcher(Position label, String name) throws PromqlException {
    Kind operator = tokens.take().kind();
    String value = GoText.unquote(tokens.take(Kind.STRING, Context.MATCH_VALUE).text());
    Matcher.Type type =
        switch (operator) {
          case EQUAL -> Matcher.Type.EQUAL;
          case NEQ -> Matcher.Type.NOT_EQUAL;
          case EQUAL_REGEX -> Matcher.Type.REGEX;
          default -> Matcher.Type.NOT_REGEX;
        };
    try {
      boolean regex = type == Matcher.Type.REGEX || type == Matcher.Type.NOT_REGEX;
      if (regex && !GoText.isUtf8(value) && !isPlain(value)) {
        throw new PatternSyntaxException("invalid UTF-8", value);
      }
      return Matcher.of(type, name, value);
    } catch (PatternSyntaxException e) {
      throw tokens.error(label, problem(e, value));
    } catch (IllegalArgumentException e) {
      throw tokens.error(
          label,
          e.getCause() instanceof PatternSyntaxException cause
              ? problem(cause, value)
              : e.getMessage());
    }
  }

  /** Whether the expression is a text or a list of texts, which need not be UTF-8. */
  private static boolean isPlain(String expression) {
    return expression.chars().noneMatch(c -> "\\.+*?()[]{}^$".indexOf(c) >= 0);
  }

  /** The matcher sets a flag around the expression, which the asker has not written. */
  private static String problem(PatternSyntaxException e, String expression) {
    boolean whole = e.getPattern().equals("(?s:" + expression + ")");
    String shown = whole ? expression : e.getPattern();
    return "error parsing regexp: " + e.getDescription() + ": `" + shown + "`";
  }

  /** Labels in parentheses, and where the right one stands. */
  record Labels(List<String> names, Position end) {}

  /** The labels of a grouping or matching. */
  Labels labels() throws PromqlException {
    tokens.take(Kind.LEFT_PAREN, Context.GROUPING);
    List<String> labels = new ArrayList<>();
    while (!tokens.isNext(Kind.RIGHT_PAREN)) {
      labels.add(label());
      if (!tokens.isNext(Kind.COMMA)) {
        break;
      }
      tokens.take();
    }
    Token end = tokens.take(Kind.RIGHT_PAREN, Context.AFTER_LABEL);
    return new Labels(List.copyOf(labels), end.position());
  }

  private String label() throws PromqlException {
    Token token = tokens.peek();
    if (!token.kind().isLabelName() && token.kind() != Kind.STRING) {
      throw tokens.unexpected(Context.GROUPING_LABEL);
    }
    tokens.take();
    String label = token.kind() == Kind.STRING ? GoText.unquote(token.text()) : token.text();
    if (label.isEmpty() || !GoText.isUtf8(label)) {
      throw tokens.error(
          token.position(), "invalid label name for grouping: " + GoText.quote(label));
    }
    return label;
  }
}
