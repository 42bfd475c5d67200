// SPDX-License-Identifier: Apache-2.0
/**
 * How each storage tier lays samples out: one class per tier. Depends on {@code postgres.columnar},
 * {@code postgres.columnar.merge}, {@code postgres.packed}, {@code postgres.read}, {@code
 * postgres.rollup}, {@code postgres.write}, {@code postgres.pg}, {@code storage}, {@code wire}.
 */
package io.harvester.postgres.layout;
