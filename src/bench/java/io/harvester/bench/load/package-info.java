// SPDX-License-Identifier: Apache-2.0
/**
 * The load generator: simulated node_exporter series, encoded and compressed before the clock
 * starts, and the connections that send them. Depends on {@code bench.tool} and the JDK only,
 * because it shares the machine with the receiver that it measures.
 */
package io.harvester.bench.load;
