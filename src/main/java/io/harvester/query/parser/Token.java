// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Position;
import io.harvester.query.text.GoText;

/** A word, number, text or sign of a query. */
record Token(Kind kind, String text, Position position) {
  /** Longer texts are cut in errors, after as many characters. */
  private static final int SHOWN = 10;

  /** The token as errors show it. */
  String describe() {
    return switch (kind) {
      case END_OF_INPUT -> "end of input";
      case IDENTIFIER -> "identifier " + GoText.quote(text);
      case METRIC_IDENTIFIER -> "metric identifier " + GoText.quote(text);
      case STRING -> "string " + quoted();
      case NUMBER -> "number " + quoted();
      case DURATION -> "duration " + quoted();
      // Prometheus has no name for this token, and shows its number.
      case AT -> "\"<Item 57400>\" <op:@>";
      default -> describeByGroup();
    };
  }

  private String describeByGroup() {
    if (kind.isShownAsOperator()) {
      return "<op:" + text + ">";
    }
    if (kind.aggregator() != null) {
      return "<aggr:" + text + ">";
    }
    return kind.isKeyword() ? "<" + text + ">" : quoted();
  }

  private String quoted() {
    if (position.end() - position.start() <= SHOWN) {
      return GoText.quote(text);
    }
    int characters = Math.min(SHOWN, text.codePointCount(0, text.length()));
    return GoText.quote(text.substring(0, text.offsetByCodePoints(0, characters))) + "...";
  }
}
