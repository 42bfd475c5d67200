// SPDX-License-Identifier: Apache-2.0
/**
 * The aggregations of PromQL: series of a group become one column, or some of them are chosen.
 * Depends on {@code query.functions}, {@code query.histogram}, {@code query.promql}, {@code
 * query.value}, {@code query.text}.
 */
package io.harvester.query.aggregation;
