// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import io.harvester.postgres.pg.SampleCopyOut;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Reads samples of some series of a node, as rows and packed. */
final class PackedRawSamples {
  private static final String RAW =
      """
      SELECT series_id, time, value FROM harvester.sample
       WHERE series_id = ANY ('{%2$s}') AND time > '%3$s' AND time <= '%4$s'
      UNION ALL
      SELECT p.series_id, c.time, p.value[c.ord]
        FROM harvester.packed_time c
             JOIN harvester.packed_sample p
               ON p.clock_id = c.clock_id AND p.node_id = %1$d AND p.series_id = ANY ('{%2$s}')
       WHERE c.node_id = %1$d AND c.time > '%3$s' AND c.time <= '%4$s'
         AND p.value[c.ord] IS NOT NULL
      """;

  private PackedRawSamples() {}

  /** Implements {@link io.harvester.postgres.rollup.RawSamples}. */
  static void read(
      Connection connection,
      int nodeId,
      long[] seriesIds,
      long after,
      long until,
      SampleCopyOut.Visitor visitor)
      throws SQLException {
    SampleCopyOut.read(
        connection,
        RAW.formatted(
            nodeId,
            Arrays.stream(seriesIds).mapToObj(Long::toString).collect(Collectors.joining(",")),
            Instant.ofEpochMilli(after),
            Instant.ofEpochMilli(until)),
        () -> false,
        visitor);
  }
}
