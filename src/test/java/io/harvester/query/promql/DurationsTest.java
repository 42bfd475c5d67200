// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.harvester.query.parser.PromqlParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
  private static Expr parse(String query) throws PromqlException {
    return PromqlParser.parse(query, true);
  }

  @ParameterizedTest
  @CsvSource({
    "5m, 300000",
    "1.5, 1500",
    "0.0015, 1",
    "5m + 30, 330000",
    "1h - 5m * 2, 3000000",
    "2 ^ 3 ^ 1, 8000",
    "-(-(3 + 1)), 4000",
    "-2 ^ 2 + 10, 6000",
    "10 % 4, 2000",
    "(1m + 1m) / 4, 30000",
  })
  void a_range_is_computed_in_ms(String range, long millis) throws Exception {
    MatrixSelector matrix = assertInstanceOf(MatrixSelector.class, parse("up[" + range + "]"));
    assertEquals(millis, Durations.positiveMillis(matrix.range()));
  }

  @ParameterizedTest
  @CsvSource({
    "up[5m - 10m],            '3:11: duration must be greater than 0'",
    "up[5m - 5m],             '3:10: duration must be greater than 0'",
    "up[1 / (2 - 2)],         '3:13: division by zero'",
    "up[1 % (2 - 2)],         '3:13: modulo by zero'",
    "up[2 ^ 64],              '3:9: duration is out of range'",
    "up offset (2 ^ 64),      '11:17: duration is out of range'",
    "up[5m:1m - 2m] offset 1,     '6:13: duration must be greater than 0'",
    "1 + sum(up offset (1 / (1 - 1))), '19:29: division by zero'",
  })
  void a_computed_duration_that_cannot_be_used_is_an_error(String query, String message)
      throws Exception {
    Expr expr = parse(query);
    PromqlException e = assertThrows(PromqlException.class, () -> Durations.check(expr));
    assertEquals(message, e.getMessage());
  }
}
