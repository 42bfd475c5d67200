// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an SQLSTATE means: only what can never be stored may cost a sample. */
class SqlErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "23505, ALREADY_STORED", "23514, TRANSIENT", "40001, TRANSIENT", "40P01, TRANSIENT",
    "22003, PERMANENT", "22008, PERMANENT", "23502, PERMANENT", "08006, UNAVAILABLE",
    "53100, UNAVAILABLE", "53300, UNAVAILABLE", "57P01, UNAVAILABLE", "25006, UNAVAILABLE",
    "28P01, UNAVAILABLE", "42P01, UNAVAILABLE", "ZH001, TRANSIENT", "ZH002, TAKEN_OVER",
    "21000, PERMANENT", "54000, PERMANENT", "54001, PERMANENT", "53200, TOO_LARGE",
    "XX000, UNAVAILABLE", "'', UNAVAILABLE"
  })
  void a_state_has_a_kind(String state, Kind kind) {
    StoreException e = SqlErrors.translate("not stored", new SQLException("why", state));
    assertEquals(kind, e.kind());
  }

  @Test
  void the_message_is_one_line_with_the_state() {
    assertEquals(
        "two lines [22003]", SqlErrors.describe(new SQLException("two\n  lines", "22003")));
    assertEquals("null", SqlErrors.describe(new SQLException((String) null)));
  }

  /** Senders choose the values that a message quotes. */
  @Test
  void a_long_message_is_cut() {
    String text = SqlErrors.describe(new SQLException("x".repeat(9000), "54000"));
    assertEquals("x".repeat(300) + "… [54000]", text);
  }
}
