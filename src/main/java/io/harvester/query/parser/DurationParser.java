// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.DurationExpr;
import io.harvester.query.promql.Operator;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;

/** Parses durations, literal or computed. */
final class DurationParser {
  private static final double MAX_SECONDS = 0x1p63 / 1e9;
  private static final int LOWEST = 0;

  private final TokenStream tokens;
  private final boolean experimental;
  private int nesting;

  DurationParser(TokenStream tokens, boolean experimental) {
    this.tokens = tokens;
    this.experimental = experimental;
  }

  /** A range or a step. */
  DurationExpr positive() throws PromqlException {
    DurationExpr duration = arithmetic(LOWEST);
    if (duration instanceof DurationExpr.Literal literal && literal.seconds() <= 0) {
      throw tokens.error(literal.position(), "duration must be greater than 0");
    }
    return duration;
  }

  /**
   * An offset. After a literal, an operator belongs to the expression around the offset; after
   * parentheses, to the duration.
   */
  DurationExpr offset() throws PromqlException {
    if (isLiteralNext()) {
      return literal();
    }
    if (!isSignNext()) {
      return arithmetic(LOWEST);
    }
    Token sign = tokens.take();
    if (isLiteralNext()) {
      return signed(sign, uncheckedLiteral());
    }
    return rest(signed(sign, operandOfSign()), LOWEST);
  }

  private DurationExpr arithmetic(int lowest) throws PromqlException {
    tokens.checkNesting(++nesting, tokens.peek().position());
    DurationExpr first;
    if (isSignNext()) {
      Token sign = tokens.take();
      first = signed(sign, operandOfSign());
    } else {
      first = isLiteralNext() ? literal() : parens();
    }
    DurationExpr whole = rest(first, lowest);
    nesting--;
    return whole;
  }

  private DurationExpr operandOfSign() throws PromqlException {
    return arithmetic(Precedence.POWER);
  }

  private DurationExpr rest(DurationExpr first, int lowest) throws PromqlException {
    DurationExpr left = first;
    int operators = 0;
    while (true) {
      Operator operator = tokens.peek().kind().operator();
      if (operator == null
          || operator == Operator.ATAN2
          || Precedence.of(operator) < Math.max(lowest, Precedence.SUM)) {
        return left;
      }
      Token token = tokens.take();
      tokens.checkNesting(++operators, token.position());
      DurationExpr right = arithmetic(Precedence.ofRight(operator));
      checkExperimental(left);
      checkDivisor(operator, right, token);
      left = new DurationExpr.Arithmetic(operator, left, right);
    }
  }

  private void checkDivisor(Operator operator, DurationExpr right, Token token)
      throws PromqlException {
    if (right instanceof DurationExpr.Literal literal && literal.seconds() == 0) {
      if (operator == Operator.DIV) {
        throw tokens.error(token.position(), "division by zero");
      }
      if (operator == Operator.MOD) {
        throw tokens.error(token.position(), "modulo by zero");
      }
    }
  }

  private DurationExpr parens() throws PromqlException {
    tokens.take(Kind.LEFT_PAREN);
    DurationExpr inner = arithmetic(LOWEST);
    tokens.take(Kind.RIGHT_PAREN);
    checkExperimental(inner);
    return inner instanceof DurationExpr.Literal || inner instanceof DurationExpr.Parens
        ? inner
        : new DurationExpr.Parens(inner);
  }

  private boolean isLiteralNext() throws PromqlException {
    return tokens.isNext(Kind.NUMBER) || tokens.isNext(Kind.DURATION);
  }

  private boolean isSignNext() throws PromqlException {
    return tokens.isNext(Kind.ADD) || tokens.isNext(Kind.SUB);
  }

  private DurationExpr literal() throws PromqlException {
    return checked(uncheckedLiteral());
  }

  private DurationExpr.Literal uncheckedLiteral() throws PromqlException {
    Token token = tokens.take();
    boolean duration = token.kind() == Kind.DURATION;
    return new DurationExpr.Literal(tokens.number(token), duration, token.position());
  }

  private DurationExpr signed(Token sign, DurationExpr operand) throws PromqlException {
    boolean negative = sign.kind() == Kind.SUB;
    Position position = sign.position().to(operand.position());
    if (operand instanceof DurationExpr.Literal literal) {
      double seconds = negative ? -literal.seconds() : literal.seconds();
      return checked(new DurationExpr.Literal(seconds, literal.duration(), position));
    }
    return negative ? new DurationExpr.Signed(true, operand, position) : operand;
  }

  private DurationExpr checked(DurationExpr.Literal literal) throws PromqlException {
    // NaN has no duration either; Prometheus takes it for an arbitrary one.
    if (!(Math.abs(literal.seconds()) <= MAX_SECONDS)) {
      throw tokens.error(literal.position(), "duration out of range");
    }
    return literal;
  }

  private void checkExperimental(DurationExpr part) throws PromqlException {
    if (!experimental) {
      throw tokens.error(part.position(), "experimental duration expression is not enabled");
    }
  }
}
