// SPDX-License-Identifier: Apache-2.0
/**
 * The state of all nodes for the page, computed once for all viewers. Depends on {@code
 * query.engine}, {@code query.parser}, {@code query.promql}, {@code query.value}, {@code storage}.
 */
package io.harvester.fleet;
