// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Sets up the sessions of Flyway as those of the drivers. */
final class FlywaySession extends BaseCallback {
  /** Flyway logs a notice, such as that of CREATE SCHEMA IF NOT EXISTS, as a warning. */
  private static final String SESSION = Jdbc.SESSION + "; SET client_min_messages = warning";

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.AFTER_CONNECT;
  }

  @Override
  public void handle(Event event, Context context) {
    try (Statement statement = context.getConnection().createStatement()) {
      statement.execute(SESSION);
    } catch (SQLException e) {
      throw new FlywayException("session not set up: " + SqlErrors.describe(e), e);
    }
  }
}
