/**
 * TimescaleDB's compressed batches: written by the aggregator, found, read back. Depends on {@code
 * postgres.columnar.codec}, {@code postgres.write}, {@code postgres.pg}, {@code storage}.
 */
package io.harvester.postgres.columnar;
