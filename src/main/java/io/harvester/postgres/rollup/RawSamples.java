// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.pg.SampleCopyOut;
import java.sql.Connection;
import java.sql.SQLException;

/** Reads stored samples that are not in memory. */
public interface RawSamples {
  /**
   * Passes the samples of a node with {@code after < time <= until}, both in ms since the epoch, in
   * any order. Samples of other series than those asked for may be passed, too.
   *
   * @param seriesIds the series, ascending; null: all series of the node
   */
  void read(
      Connection connection,
      int nodeId,
      long[] seriesIds,
      long after,
      long until,
      SampleCopyOut.Visitor visitor)
      throws SQLException;
}
