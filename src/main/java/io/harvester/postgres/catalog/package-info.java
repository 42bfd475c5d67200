// SPDX-License-Identifier: Apache-2.0
/**
 * Nodes, metrics, series, their views, and the log of rejected samples. Depends on {@code
 * postgres.pg}, {@code storage}, {@code series}.
 */
package io.harvester.postgres.catalog;
