// SPDX-License-Identifier: Apache-2.0
/**
 * What memory knows of each node, written for the views of schema {@code fleet}, and what these
 * views show. Depends on {@code fleet}, {@code storage}, {@code postgres.pg}, {@code series},
 * {@code quota}.
 */
package io.harvester.postgres.fleet;
