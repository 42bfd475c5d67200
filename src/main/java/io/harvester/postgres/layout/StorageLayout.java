package io.harvester.postgres.layout;

import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.write.WritePath;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How one tier lays samples out: what differs between the tiers, and nothing else. */
public interface StorageLayout extends WritePath {
  /** Which tier this is. */
  Tier tier();

  /** Time span of a chunk or partition made from now on. */
  Duration chunkInterval();

  /** Makes the chunks of the near future; called now and then. */
  void makeAhead(Instant now) throws SQLException;

  /** Drops chunks that are older as a whole; returns how many. */
  int dropBefore(Connection connection, Instant limit) throws SQLException;

  /** All chunks, of samples and of what is stored beside them. */
  List<ChunkSpan> spans(Connection connection) throws SQLException;

  /** Deletes what has expired of a chunk; returns the number of rows. */
  default long delete(Connection connection, ChunkSpan span, Expired expired) throws SQLException {
    return Deletion.fromRows(connection, span, expired);
  }

  /** Looks after closed chunks; called now and then. */
  void maintainClosed(Instant now) throws SQLException;
}
