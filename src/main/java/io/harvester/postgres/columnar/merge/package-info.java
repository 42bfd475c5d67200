/**
 * Maintenance of closed chunks: overlapping compressed batches are merged, duplicates audited, free
 * space given back. Depends on {@code postgres.columnar}, {@code postgres.columnar.codec}, {@code
 * postgres.pg}.
 */
package io.harvester.postgres.columnar.merge;
