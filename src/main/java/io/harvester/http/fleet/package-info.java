// SPDX-License-Identifier: Apache-2.0
/**
 * What the page asks beside PromQL: all nodes, one node, the aggregator itself. Depends on {@code
 * http}, {@code http.json}, {@code fleet}, {@code auth}, {@code storage}, {@code config}.
 */
package io.harvester.http.fleet;
