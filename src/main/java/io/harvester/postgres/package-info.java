// SPDX-License-Identifier: Apache-2.0
/**
 * The migrated, connected database, which implements the ports of other packages. Depends on {@code
 * postgres.access}, {@code postgres.catalog}, {@code postgres.columnar}, {@code
 * postgres.columnar.merge}, {@code postgres.discard}, {@code postgres.fleet}, {@code
 * postgres.layout}, {@code postgres.maintenance}, {@code postgres.migrate}, {@code
 * postgres.packed}, {@code postgres.pg}, {@code postgres.read}, {@code postgres.rollup}, {@code
 * postgres.write}, {@code fleet}, {@code read}, {@code storage}, {@code series}, {@code account},
 * {@code auth}, {@code quota}, {@code schedule}, {@code config}.
 */
package io.harvester.postgres;
