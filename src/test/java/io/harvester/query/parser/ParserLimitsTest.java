// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries of strangers: nothing but a {@link PromqlException} comes out of them. */
class ParserLimitsTest {
  private static Expr parse(String query) throws PromqlException {
    return PromqlParser.parse(query, true);
  }

  private static String error(String query) {
    return assertThrows(PromqlException.class, () -> parse(query)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "-",
        "sum(",
        "abs(",
        "1+",
        "up^",
        "up[",
        "up[5m+(",
        "up{a=\"b\",",
        "up offset -",
        "up offset (",
        "up[5m:1m]",
        "label_join(up,",
        "up and on(a) (",
        "#",
        "\"",
        "a,"
      })
  void a_piece_that_repeats_without_end_is_an_error_and_no_overflow(String piece) {
    String query = piece.repeat(100_000);
    assertThrows(PromqlException.class, () -> onSmallStack(query));
    assertThrows(PromqlException.class, () -> onSmallStack("up[" + query));
  }

  @ParameterizedTest
  @CsvSource({"(, ), 95", "sum(, ), 95", "abs(-, ), 47", "max_over_time(, [5m:]), 95"})
  void what_the_limit_of_nesting_allows_fits_a_small_stack(String open, String close, int times)
      throws Exception {
    String query = open.repeat(times) + "up" + close.repeat(times);
    assertEquals(query.length(), onSmallStack(query).length());
  }

  @Test
  void a_chain_of_operators_may_be_long_and_the_limit_is_named() throws Exception {
    String chain = "up" + " or up".repeat(498);
    assertEquals(chain, onSmallStack(chain));
    assertEquals(
        "1:2998: parse error: more than 500 operators, calls and parentheses on one path",
        error("up" + " or up".repeat(600)));
    assertEquals(
        "1:101: parse error: expression is nested deeper than 100 levels",
        error("(".repeat(200) + "up" + ")".repeat(200)));
  }

  /** Parses and prints on a thread with half the usual stack. */
  private static String onSmallStack(String query) throws PromqlException {
    List<Object> results = new ArrayList<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                Expr expr = parse(query);
                assertFalse(Printer.pretty(expr).isEmpty());
                results.add(Printer.print(expr));
              } catch (PromqlException | StackOverflowError e) {
                results.add(e);
              }
            },
            "small stack",
            512 * 1024);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (results.get(0) instanceof PromqlException e) {
      throw e;
    }
    return assertInstanceOf(String.class, results.get(0));
  }
}
