// SPDX-License-Identifier: Apache-2.0
/**
 * What memory knows of each node, written for the views of schema {@code fleet}. Depends on {@code
 * postgres.pg}, {@code series}, {@code quota}.
 */
package io.harvester.postgres.fleet;
