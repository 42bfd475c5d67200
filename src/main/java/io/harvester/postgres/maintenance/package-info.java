// SPDX-License-Identifier: Apache-2.0
/**
 * Periodic work on the database: its schedule, and retention. Depends on {@code postgres.layout},
 * {@code postgres.catalog}, {@code postgres.pg}, {@code schedule}, {@code storage}, {@code series}.
 */
package io.harvester.postgres.maintenance;
