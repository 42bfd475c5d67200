// SPDX-License-Identifier: Apache-2.0
/**
 * Trials: programs that send load to a running aggregator, break it, and compare the database with
 * what was acknowledged. Depends on {@code bench.load}, {@code bench.tool} and {@code testing}.
 */
package io.harvester.bench.trial;
