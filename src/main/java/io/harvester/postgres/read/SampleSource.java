// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;

/** Fetches stored samples from the tables of one tier. */
public interface SampleSource {
  /** Sets a new connection up. */
  default void configure(Connection connection) throws SQLException {
    // most tables need nothing
  }

  /**
   * Adds the samples in {@code [from, to]}, ms since the epoch, of all series of the group.
   *
   * @param cancelled asked between blocks of rows; if true, the call ends early
   */
  void read(Connection connection, SeriesGroup group, long from, long to, BooleanSupplier cancelled)
      throws SQLException;
}
