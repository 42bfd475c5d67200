// SPDX-License-Identifier: Apache-2.0
/**
 * Maintenance of closed chunks: merges compressed batches, audits duplicates, returns free space.
 * Depends on {@code postgres.columnar}, {@code postgres.columnar.codec}, {@code postgres.pg}.
 */
package io.harvester.postgres.columnar.merge;
