// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.load.Protocol;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;

/** A remote_write receiver that the benchmark starts without data, loads and measures. */
interface Receiver {
  /** Name in the table. */
  String name();

  /** Whether it accepts this version of remote_write. */
  boolean accepts(Protocol protocol);

  /** Starts it without data and waits until it is ready. */
  void start() throws IOException, InterruptedException, SQLException;

  /** The endpoint that accepts remote_write. */
  URI writeUrl();

  /** The processes whose CPU time and memory are measured, together with their descendants. */
  List<Long> processes() throws SQLException, IOException;

  /** Size on disk once all acknowledged samples are on disk. */
  Footprint sizeAfterLoad() throws IOException, InterruptedException, SQLException;

  /** Size on disk after the maintenance that it would do over time, such as merges. */
  Footprint sizeAfterMaintenance() throws IOException, InterruptedException, SQLException;

  /** Bytes of write-ahead log written since the start; -1 if unknown. */
  long walBytes() throws SQLException;

  /** Stops it. */
  void stop() throws InterruptedException;

  /**
   * Size on disk.
   *
   * @param samples bytes of the samples and their indexes
   * @param catalog bytes of the series and their indexes
   */
  record Footprint(long samples, long catalog) {
    /** Not measured. */
    static final Footprint UNKNOWN = new Footprint(-1, -1);
  }
}
