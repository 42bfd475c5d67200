// SPDX-License-Identifier: Apache-2.0
/**
 * A catalog and stores that discard what they are given, for the JIT warm-up. Depends on {@code
 * postgres.catalog}, {@code postgres.columnar}, {@code postgres.write}, {@code postgres.pg}, {@code
 * storage}, {@code series}.
 */
package io.harvester.postgres.discard;
