package io.harvester.bench;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;

/** A remote_write receiver that the benchmark starts empty, loads and measures. */
interface Receiver {
  String name();

  boolean speaks(Protocol protocol);

  /** Starts it without any data, and waits until it takes writes. */
  void start() throws IOException, InterruptedException, SQLException;

  URI writeUrl();

  /** The processes whose time counts; their children count with them. */
  List<Long> processes() throws SQLException, IOException;

  /** What it holds on disk, after everything it has in memory is written. */
  Footprint written() throws IOException, InterruptedException, SQLException;

  /** What it holds on disk when it has done to it all it would do in time. */
  Footprint settled() throws IOException, InterruptedException, SQLException;

  /** Write-ahead log written since the start, in bytes; -1 if it cannot be told. */
  long walBytes() throws SQLException;

  void stop() throws InterruptedException;

  /**
   * Space on disk.
   *
   * @param samples bytes of the samples, with what indexes them
   * @param catalog bytes of the series and their index
   */
  record Footprint(long samples, long catalog) {
    /** Not measured. */
    static final Footprint UNKNOWN = new Footprint(-1, -1);
  }
}
