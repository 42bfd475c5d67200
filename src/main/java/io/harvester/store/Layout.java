package io.harvester.store;

import io.harvester.ingest.ExtraRows;
import io.harvester.ingest.Rows;
import io.harvester.ingest.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How one tier lays samples out: what differs between the tiers, and nothing else. */
interface Layout {
  /** Which tier this is. */
  Tier tier();

  /** Time span of a chunk or partition made from now on. */
  Duration chunkInterval();

  /** Settings of a writer's session. */
  void configureWriter(Connection connection) throws SQLException;

  /** What a writer's transaction asks for what is stored already. */
  StoredSamples storedSamples(Connection connection);

  /**
   * What a writer's connection, once it is configured, sends rows with.
   *
   * @param pipeline is run at the end of the transaction; rows may be put into it
   */
  RowSender sender(Connection connection, Pipeline pipeline) throws SQLException;

  /** Sees to it that rows beside samples have a place; TimescaleDB does by itself. */
  default void prepare(ExtraRows rows) throws SQLException {}

  /** A row found no place although one was prepared: what is known of places is out of date. */
  default void forget() {}

  /** Makes the chunks of the near future; called now and then. */
  void makeAhead(Instant now) throws SQLException;

  /** Drops chunks that are older as a whole; returns how many. */
  int dropBefore(Connection connection, Instant limit) throws SQLException;

  /** All chunks, of samples and of what is stored beside them. */
  List<Span> spans(Connection connection) throws SQLException;

  /** Deletes what has expired of a chunk; returns the number of rows. */
  default long delete(Connection connection, Span span, Expired expired) throws SQLException {
    return Deletion.fromRows(connection, span, expired);
  }

  /** Looks after closed chunks; called now and then. */
  void careForClosed(Instant now) throws SQLException;

  /** Sends the rows of one flush, inside the writer's transaction. */
  @FunctionalInterface
  interface RowSender {
    /** Sends all rows. */
    void send(Rows rows) throws SQLException;
  }
}
