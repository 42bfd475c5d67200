// SPDX-License-Identifier: Apache-2.0
/**
 * Maintenance of chunks: merges compressed batches while a chunk is filled and once it is closed,
 * audits duplicates, returns free space. Depends on {@code postgres.columnar}, {@code
 * postgres.columnar.codec}, {@code postgres.pg}, {@code postgres.rollup}.
 */
package io.harvester.postgres.columnar.merge;
