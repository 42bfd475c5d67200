// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluates PromQL as Prometheus 3.5 does: series are read once, and each operator works on columns
 * of all steps. Depends on {@code query.histogram}, {@code query.promql}, {@code query.value},
 * {@code read}.
 */
package io.harvester.query.engine;
