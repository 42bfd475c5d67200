// SPDX-License-Identifier: Apache-2.0
/**
 * Reads series back: feeds the index of label sets from the catalog, and fetches samples on several
 * connections. Depends on {@code read}, {@code series}, {@code storage}, {@code wire}, {@code
 * postgres.pg}.
 */
package io.harvester.postgres.read;
