// SPDX-License-Identifier: Apache-2.0
/**
 * The state of all nodes as people look at it, computed once for all who look. Depends on {@code
 * query.engine}, {@code query.parser}, {@code query.promql}, {@code query.value}, {@code storage}.
 */
package io.harvester.fleet;
