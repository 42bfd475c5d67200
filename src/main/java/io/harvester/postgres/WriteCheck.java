// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres;

import io.harvester.postgres.catalog.PgCatalog;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.postgres.write.PgSampleStore;
import java.sql.SQLException;
import java.util.UUID;

/** Writes that are rolled back, to find out whether writing works. */
record WriteCheck(PgCatalog catalog, PgSampleStore samples) {

  /** One write of each driver: what fails ends the start with its reason. */
  void first() throws SQLException {
    String node = unusedName();
    try {
      catalog.tryOut(node);
      samples.tryOut(node);
    } catch (DatabaseException e) {
      throw new SQLException("a first write failed: " + e.getMessage(), e.sqlState(), e);
    } catch (SQLException e) {
      throw new SQLException("a first write failed: " + SqlErrors.describe(e), e.getSQLState(), e);
    }
  }

  /** Senders may have turned away from a service that is not ready: it finds out by itself. */
  void again() throws SQLException {
    try {
      samples.recover(unusedName());
    } catch (SQLException e) {
      throw new SQLException("writing does not work: " + SqlErrors.describe(e), e);
    }
  }

  private static String unusedName() {
    return "write check " + UUID.randomUUID();
  }
}
