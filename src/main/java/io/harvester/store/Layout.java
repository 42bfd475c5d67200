package io.harvester.store;

import io.harvester.ingest.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** How one tier lays samples out: what differs between the tiers, and nothing else. */
interface Layout {
  /** Which tier this is. */
  Tier tier();

  /** Time span of a chunk or partition. */
  Duration chunkInterval();

  /** Settings of a writer's session. */
  void configureWriter(Connection connection) throws SQLException;

  /** Sees to it that every row has a place to go; called before the COPY. */
  void prepare(Rows rows) throws SQLException;

  /** A row found no place although it was prepared: what is known of places is out of date. */
  void forget();

  /** Makes the places of the near future; called now and then. */
  void makeAhead(Instant now) throws SQLException;

  /** Drops what is older as a whole; returns how many chunks or partitions. */
  int dropBefore(Instant limit) throws SQLException;
}
