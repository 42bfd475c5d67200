// SPDX-License-Identifier: Apache-2.0
/**
 * One writer's connection and transaction. Depends on {@code postgres.pg}, {@code
 * postgres.catalog}, {@code storage}, {@code wire}.
 */
package io.harvester.postgres.write;
