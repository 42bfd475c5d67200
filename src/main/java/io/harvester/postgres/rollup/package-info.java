// SPDX-License-Identifier: Apache-2.0
/**
 * Rollups of 5 minutes and 1 hour, written with the samples that chunk maintenance has in memory.
 * Depends on {@code postgres.copy}, {@code postgres.pg}.
 */
package io.harvester.postgres.rollup;
