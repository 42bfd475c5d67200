// SPDX-License-Identifier: Apache-2.0
/**
 * The side-by-side benchmark: starts remote_write receivers, measures each under the same load, and
 * prints a table. Depends on {@code bench.load}, {@code bench.tool} and {@code testing}.
 */
package io.harvester.bench.receivers;
