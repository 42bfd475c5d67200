// SPDX-License-Identifier: Apache-2.0
/**
 * Packs rows of samples into arrays once their time is over. Depends on {@code postgres.copy},
 * {@code postgres.pg}, {@code postgres.columnar}, {@code postgres.rollup}.
 */
package io.harvester.postgres.packed;
