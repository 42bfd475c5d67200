package io.harvester.postgres.write;

import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.storage.ExtraRows;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;

/** What a writer asks of a layout. */
public interface WritePath {
  /** Settings of a writer's session. */
  void configureWriter(Connection connection) throws SQLException;

  /** What a writer's transaction asks for what is stored already. */
  StoredSamples storedSamples(Connection connection);

  /**
   * What a writer's connection, once it is configured, sends rows with.
   *
   * @param pipeline is run at the end of the transaction; rows may be put into it
   */
  RowSender sender(Connection connection, StatementPipeline pipeline) throws SQLException;

  /** Sees to it that rows beside samples have a place; TimescaleDB does by itself. */
  default void prepare(ExtraRows rows) throws SQLException {}

  /** A row found no place although one was prepared: what is known of places is out of date. */
  default void forget() {}

  /** Sends the rows of one flush, inside the writer's transaction. */
  @FunctionalInterface
  interface RowSender {
    /** Sends all rows. */
    void send(SampleBatch rows) throws SQLException;
  }
}
