// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluates PromQL as Prometheus 3.5 does: series are read once, and each operator works on columns
 * of all steps. Depends on {@code query.aggregation}, {@code query.functions}, {@code
 * query.functions.range}, {@code query.operators}, {@code query.rollup}, {@code query.histogram},
 * {@code query.promql}, {@code query.value}, {@code read}, {@code series}, {@code storage}, {@code
 * wire}, {@code query.text}.
 */
package io.harvester.query.engine;
