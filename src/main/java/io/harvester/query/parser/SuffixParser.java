// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.parser.TokenStream.Context;
import io.harvester.query.promql.DurationExpr;
import io.harvester.query.promql.Durations;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.text.GoNumber;
import java.util.Optional;

/** Parses what follows an expression and binds to it: range, subquery, offset and fixed time. */
final class SuffixParser {
  private static final double MAX_TIMESTAMP = 0x1p63;
  private static final int TIMESTAMP_DIGITS = 6;
  private static final double MS = 1000;

  private final TokenStream tokens;
  private final DurationParser durations;

  SuffixParser(TokenStream tokens, boolean experimental) {
    this.tokens = tokens;
    this.durations = new DurationParser(tokens, experimental);
  }

  boolean isNext() throws PromqlException {
    return switch (tokens.peek().kind()) {
      case LEFT_BRACKET, OFFSET, AT -> true;
      default -> false;
    };
  }

  Expr apply(Expr expr) throws PromqlException {
    return switch (tokens.peek().kind()) {
      case LEFT_BRACKET -> brackets(expr);
      case OFFSET -> offset(expr);
      default -> at(expr);
    };
  }

  private Expr brackets(Expr expr) throws PromqlException {
    Token left = tokens.take();
    DurationExpr range = duration(Context.RANGE);
    if (tokens.isNext(Kind.RIGHT_BRACKET)) {
      return matrix(expr, left, range, tokens.take());
    }
    tokens.take(Kind.COLON, Context.AFTER_RANGE);
    Optional<DurationExpr> step = Optional.empty();
    if (!tokens.isNext(Kind.RIGHT_BRACKET)) {
      step = Optional.of(duration(Context.STEP)).filter(SuffixParser::isGiven);
    }
    Position end = tokens.take(Kind.RIGHT_BRACKET, Context.AFTER_STEP).position();
    return new Subquery(expr, range, step, Modifier.NONE, expr.position().to(end));
  }

  private DurationExpr duration(Context context) throws PromqlException {
    Context outer = tokens.enter(context);
    DurationExpr duration = durations.positive();
    tokens.enter(outer);
    return duration;
  }

  private Expr matrix(Expr expr, Token left, DurationExpr range, Token right)
      throws PromqlException {
    if (!(expr instanceof VectorSelector selector)) {
      throw tokens.error(left.position(), "ranges only allowed for vector selectors");
    }
    Modifier modifier = selector.modifier();
    if (modifier.offset().isPresent() && modifier.offset().get() instanceof DurationExpr.Literal) {
      throw tokens.error(left.position(), "no offset modifiers allowed before range");
    }
    if (modifier.at().isPresent() && modifier.at().get() instanceof Modifier.At.Time) {
      throw tokens.error(left.position(), "no @ modifiers allowed before range");
    }
    return new MatrixSelector(selector, range, expr.position().to(right.position()));
  }

  private Expr offset(Expr expr) throws PromqlException {
    tokens.take();
    Context outer = tokens.enter(Context.OFFSET);
    DurationExpr offset = durations.offset();
    tokens.enter(outer);
    Modifier modifier =
        modifier(expr)
            .orElseThrow(() -> tokens.error(expr.position(), mustFollowSelector("offset")));
    if (modifier.offset().isPresent()) {
      throw tokens.error(expr.position(), "offset may not be set multiple times");
    }
    Optional<DurationExpr> given = Optional.of(offset).filter(SuffixParser::isGiven);
    return with(expr, new Modifier(given, modifier.at()), offset.position());
  }

  /** An offset or step of 0 ns is none. */
  private static boolean isGiven(DurationExpr duration) {
    return !(duration instanceof DurationExpr.Literal literal)
        || Durations.roundedNanos(literal.seconds()) != 0;
  }

  private Expr at(Expr expr) throws PromqlException {
    tokens.take();
    Kind next = tokens.peek().kind();
    if (next == Kind.START || next == Kind.END) {
      tokens.take();
      tokens.take(Kind.LEFT_PAREN, Context.AT);
      Position end = tokens.take(Kind.RIGHT_PAREN, Context.AT).position();
      return fixed(expr, next == Kind.START ? new Modifier.At.Start() : new Modifier.At.End(), end);
    }
    boolean negative = next == Kind.SUB;
    if (negative || next == Kind.ADD) {
      tokens.take();
    }
    if (!tokens.isNext(Kind.NUMBER) && !tokens.isNext(Kind.DURATION)) {
      throw tokens.unexpected(Context.AT);
    }
    Token number = tokens.take();
    double seconds = tokens.number(number) * (negative ? -1 : 1);
    if (!(Math.abs(seconds) < MAX_TIMESTAMP)) {
      throw tokens.error(
          expr.position(),
          "timestamp out of bounds for @ modifier: " + GoNumber.fixed(seconds, TIMESTAMP_DIGITS));
    }
    return fixed(expr, new Modifier.At.Time(millis(seconds)), number.position());
  }

  private static long millis(double seconds) {
    double millis = seconds * MS;
    double whole = millis < 0 ? Math.ceil(millis) : Math.floor(millis);
    return (long) (Math.abs(millis - whole) >= 0.5 ? whole + Math.signum(millis) : whole);
  }

  private Expr fixed(Expr expr, Modifier.At at, Position end) throws PromqlException {
    Modifier modifier =
        modifier(expr).orElseThrow(() -> tokens.error(expr.position(), mustFollowSelector("@")));
    if (modifier.at().isPresent()) {
      throw tokens.error(expr.position(), "@ <timestamp> may not be set multiple times");
    }
    return with(expr, new Modifier(modifier.offset(), Optional.of(at)), end);
  }

  private static String mustFollowSelector(String modifier) {
    return modifier
        + " modifier must be preceded by an instant vector selector or range vector selector"
        + " or a subquery";
  }

  private static Optional<Modifier> modifier(Expr expr) {
    if (expr instanceof VectorSelector selector) {
      return Optional.of(selector.modifier());
    }
    if (expr instanceof MatrixSelector matrix) {
      return Optional.of(matrix.selector().modifier());
    }
    return expr instanceof Subquery subquery ? Optional.of(subquery.modifier()) : Optional.empty();
  }

  private static Expr with(Expr expr, Modifier modifier, Position end) {
    Position position = expr.position().to(end);
    if (expr instanceof VectorSelector selector) {
      return with(selector, modifier, position);
    }
    if (expr instanceof MatrixSelector matrix) {
      VectorSelector inner = with(matrix.selector(), modifier, matrix.selector().position());
      return new MatrixSelector(inner, matrix.range(), position);
    }
    Subquery subquery = (Subquery) expr;
    return new Subquery(subquery.expr(), subquery.range(), subquery.step(), modifier, position);
  }

  private static VectorSelector with(
      VectorSelector selector, Modifier modifier, Position position) {
    return new VectorSelector(selector.name(), selector.matchers(), modifier, position);
  }
}
