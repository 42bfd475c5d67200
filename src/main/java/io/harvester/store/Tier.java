package io.harvester.store;

import java.util.Locale;

/** How samples lie in the database; found at start from what the server can do. */
public enum Tier {
  /** TimescaleDB from 2.29.1, community edition: columnstore written by direct compress. */
  COLUMNAR,
  /** TimescaleDB hypertable, rowstore, unique index. */
  HYPERTABLE,
  /** Plain PostgreSQL: native range partitions, unique index. */
  POSTGRES;

  /** The name in logs, metrics and the folder of its migrations. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
