// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.util.Locale;

/** How samples are stored, chosen at the first start by what the server offers. */
public enum Tier {
  /** TimescaleDB from 2.29.1, community edition: columnstore, written as compressed batches. */
  COLUMNAR,
  /** TimescaleDB hypertable, rowstore, unique index. */
  HYPERTABLE,
  /** Plain PostgreSQL: native range partitions, unique index. */
  POSTGRES;

  /**
   * The number of writers for a machine. Where the database receives compressed batches, one writer
   * keeps up with what three other cores decode, and the larger its transactions are, the less each
   * sample costs. Where every row is indexed, the database is the bottleneck.
   *
   * @param cores processors that this process may use
   */
  public int writers(int cores) {
    return this == COLUMNAR ? Math.max(1, cores / 4) : 2;
  }

  /**
   * The largest number of samples in a transaction while other requests wait. Where every row is
   * indexed, they take some hundredths of a second; on the columnar tier, they fill compressed
   * batches with whole scrapes.
   */
  public int batchSamples() {
    return this == COLUMNAR ? 10_000 : 4_000;
  }

  /** The tier's name in logs and metrics, and the folder of its migrations. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
