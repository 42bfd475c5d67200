// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Aggregator;
import io.harvester.query.promql.Operator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a token is. */
enum Kind {
  END_OF_INPUT,
  IDENTIFIER,
  METRIC_IDENTIFIER,
  STRING,
  NUMBER,
  DURATION,
  COLON,
  COMMA,
  EQUAL,
  LEFT_BRACE,
  RIGHT_BRACE,
  LEFT_BRACKET,
  RIGHT_BRACKET,
  LEFT_PAREN,
  RIGHT_PAREN,
  AT,
  EQUAL_REGEX,
  NOT_EQUAL_REGEX,
  ADD(Operator.ADD),
  SUB(Operator.SUB),
  MUL(Operator.MUL),
  DIV(Operator.DIV),
  MOD(Operator.MOD),
  POW(Operator.POW),
  ATAN2(Operator.ATAN2),
  EQL(Operator.EQL),
  NEQ(Operator.NEQ),
  GTR(Operator.GTR),
  LSS(Operator.LSS),
  GTE(Operator.GTE),
  LTE(Operator.LTE),
  AND(Operator.AND),
  OR(Operator.OR),
  UNLESS(Operator.UNLESS),
  AVG(Aggregator.AVG),
  BOTTOMK(Aggregator.BOTTOMK),
  COUNT(Aggregator.COUNT),
  COUNT_VALUES(Aggregator.COUNT_VALUES),
  GROUP(Aggregator.GROUP),
  LIMITK(Aggregator.LIMITK),
  LIMIT_RATIO(Aggregator.LIMIT_RATIO),
  MAX(Aggregator.MAX),
  MIN(Aggregator.MIN),
  QUANTILE(Aggregator.QUANTILE),
  STDDEV(Aggregator.STDDEV),
  STDVAR(Aggregator.STDVAR),
  SUM(Aggregator.SUM),
  TOPK(Aggregator.TOPK),
  BOOL,
  BY,
  GROUP_LEFT,
  GROUP_RIGHT,
  IGNORING,
  OFFSET,
  ON,
  WITHOUT,
  START,
  END;

  private static final Map<String, Kind> WORDS = new HashMap<>();

  static {
    for (Kind kind : values()) {
      if (kind.aggregator != null || kind.isKeyword() || kind == START || kind == END) {
        WORDS.put(kind.name().toLowerCase(Locale.ROOT), kind);
      }
    }
    for (Kind kind : new Kind[] {AND, OR, UNLESS, ATAN2}) {
      WORDS.put(kind.operator.text(), kind);
    }
    WORDS.put("inf", NUMBER);
    WORDS.put("nan", NUMBER);
  }

  private final Operator operator;
  private final Aggregator aggregator;

  Kind() {
    this(null, null);
  }

  Kind(Operator operator) {
    this(operator, null);
  }

  Kind(Aggregator aggregator) {
    this(null, aggregator);
  }

  Kind(Operator operator, Aggregator aggregator) {
    this.operator = operator;
    this.aggregator = aggregator;
  }

  /** The kind of a word that has a meaning of its own, in any case of its letters. */
  static Optional<Kind> ofWord(String word) {
    return Optional.ofNullable(WORDS.get(word.toLowerCase(Locale.ROOT)));
  }

  /** The binary operator; null: it is none. */
  Operator operator() {
    return operator;
  }

  /** The aggregation operator; null: it is none. */
  Aggregator aggregator() {
    return aggregator;
  }

  boolean isKeyword() {
    return compareTo(BOOL) >= 0 && compareTo(WITHOUT) <= 0;
  }

  /** Whether errors show it as an operator. */
  boolean isShownAsOperator() {
    return operator != null || this == EQUAL_REGEX || this == NOT_EQUAL_REGEX;
  }

  /** Whether it compares a label in a selector. */
  boolean isMatchOperator() {
    return this == EQUAL || this == NEQ || this == EQUAL_REGEX || this == NOT_EQUAL_REGEX;
  }

  /** Whether it can be the name of a metric. */
  boolean isMetricName() {
    return switch (this) {
      case IDENTIFIER, METRIC_IDENTIFIER, BY, OFFSET, WITHOUT, START, END, AND, OR, UNLESS -> true;
      default -> aggregator != null;
    };
  }

  /** Whether it can be the name of a label in a grouping. */
  boolean isLabelName() {
    return switch (this) {
      case IDENTIFIER, METRIC_IDENTIFIER, START, END, AND, OR, UNLESS, ATAN2 -> true;
      default -> aggregator != null || (isKeyword() && this != WITHOUT);
    };
  }

  /** Whether an expression can begin with it. */
  boolean beginsExpression() {
    return switch (this) {
      case NUMBER, DURATION, STRING, LEFT_PAREN, LEFT_BRACE, ADD, SUB -> true;
      default -> isMetricName();
    };
  }
}
