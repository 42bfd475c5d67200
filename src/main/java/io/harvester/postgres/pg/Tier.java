package io.harvester.postgres.pg;

import java.util.Locale;

/** How samples lie in the database; found at start from what the server can do. */
public enum Tier {
  /** TimescaleDB from 2.29.1, community edition: columnstore written by direct compress. */
  COLUMNAR,
  /** TimescaleDB hypertable, rowstore, unique index. */
  HYPERTABLE,
  /** Plain PostgreSQL: native range partitions, unique index. */
  POSTGRES;

  /**
   * How many writers keep so many cores busy. Where the database only takes in what was compressed
   * here, one keeps up with all that the other cores decode, and the larger its batches are, the
   * less each sample costs; where every row goes into an index, the database is the work.
   */
  public int writers(int cores) {
    return this == COLUMNAR ? Math.max(1, cores / 4) : 2;
  }

  /**
   * The most samples of a transaction that others wait for: some hundredths of a second where each
   * goes into an index, and as many as make compressed batches of whole scrapes elsewhere.
   */
  public int batchSamples() {
    return this == COLUMNAR ? 10_000 : 4_000;
  }

  /** The name in logs, metrics and the folder of its migrations. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
