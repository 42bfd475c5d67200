// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import java.nio.charset.StandardCharsets;

/** The tokens of a query with the next one in view, and the errors about them. */
final class TokenStream {
  /**
   * Levels of expressions inside each other. Each costs stack in the parser, and a query comes from
   * a stranger.
   */
  static final int MAX_NESTING = 100;

  /**
   * Height of the tree. It is larger than the nesting where operators form a chain: each of them
   * holds the chain before it. Each level costs stack in the printer and the engine.
   */
  static final int MAX_HEIGHT = 500;

  private final byte[] query;
  private final Lexer lexer;
  private Token next;
  private Context context = Context.NONE;

  /**
   * What an unexpected token is reported to be in, where nothing closer is known.
   *
   * @param part the part of the query; empty: not named
   * @param expected what should stand there; empty: not named
   */
  record Context(String part, String expected) {
    static final Context NONE = new Context("", "");
    static final Context AGGREGATION = new Context("aggregation", "");
    static final Context OFFSET = new Context("offset", "number or duration");
    static final Context AT = new Context("@", "timestamp");
    static final Context RANGE = new Context("subquery selector", "number or duration");
    static final Context AFTER_RANGE = new Context("subquery or range", "\":\" or \"]\"");
    static final Context STEP = new Context("subquery selector", "number or duration or \"]\"");
    static final Context AFTER_STEP = new Context("subquery selector", "\"]\"");
    static final Context GROUPING = new Context("grouping opts", "\"(\"");
    static final Context GROUPING_LABEL = new Context("grouping opts", "label");
    static final Context AFTER_LABEL = new Context("grouping opts", "\",\" or \")\"");
    static final Context MATCHER = new Context("label matching", "identifier or \"}\"");
    static final Context MATCH_OPERATOR = new Context("label matching", "label matching operator");
    static final Context MATCH_VALUE = new Context("label matching", "string");
    static final Context AFTER_MATCHER = new Context("label matching", "\",\" or \"}\"");
  }

  TokenStream(String query) {
    this.query = query.getBytes(StandardCharsets.UTF_8);
    this.lexer = new Lexer(this.query);
  }

  /**
   * The next token. It is read only when it is asked for, so that an error in it comes after those
   * of the text before it.
   */
  Token peek() throws PromqlException {
    if (next == null) {
      next = lexer.next();
    }
    return next;
  }

  boolean isNext(Kind kind) throws PromqlException {
    return peek().kind() == kind;
  }

  Token take() throws PromqlException {
    Token token = peek();
    next = null;
    return token;
  }

  Token take(Kind kind) throws PromqlException {
    return take(kind, context);
  }

  Token take(Kind kind, Context place) throws PromqlException {
    if (!isNext(kind)) {
      throw unexpected(place);
    }
    return take();
  }

  /** Sets what unexpected tokens are reported to be in, and returns what it was. */
  Context enter(Context inner) {
    Context outer = context;
    context = inner;
    return outer;
  }

  /** The error that the next token does not fit. */
  PromqlException unexpected() throws PromqlException {
    return unexpected(context);
  }

  PromqlException unexpected(Context place) throws PromqlException {
    Token token = peek();
    StringBuilder problem = new StringBuilder("unexpected ").append(token.describe());
    if (!place.part.isEmpty()) {
      problem.append(" in ").append(place.part);
    }
    if (!place.expected.isEmpty()) {
      problem.append(", expected ").append(place.expected);
    }
    return error(token.position(), problem.toString());
  }

  PromqlException error(Position position, String problem) {
    return PromqlException.syntax(query, position.start(), problem);
  }

  void checkNesting(int levels, Position position) throws PromqlException {
    if (levels > MAX_NESTING) {
      throw error(position, "expression is nested deeper than " + MAX_NESTING + " levels");
    }
  }

  void checkHeight(int height, Position position) throws PromqlException {
    if (height > MAX_HEIGHT) {
      throw error(
          position, "more than " + MAX_HEIGHT + " operators, calls and parentheses on one path");
    }
  }

  /** Index of the first byte from this one on that is no space. */
  int skipSpaces(int index) {
    int i = index;
    while (i < query.length && Characters.isSpace(query[i])) {
      i++;
    }
    return i;
  }

  double number(Token token) throws PromqlException {
    try {
      return token.kind() == Kind.DURATION
          ? Literals.seconds(token.text())
          : Literals.number(token.text());
    } catch (Literals.BadLiteral e) {
      throw error(token.position(), e.getMessage());
    }
  }
}
