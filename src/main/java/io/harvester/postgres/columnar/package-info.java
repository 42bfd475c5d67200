// SPDX-License-Identifier: Apache-2.0
/**
 * TimescaleDB's columnstore: its chunks, and compressed batches that Harvester writes and reads.
 * Depends on {@code postgres.columnar.codec}, {@code postgres.read}, {@code postgres.rollup},
 * {@code postgres.write}, {@code postgres.pg}, {@code storage}.
 */
package io.harvester.postgres.columnar;
