// SPDX-License-Identifier: Apache-2.0
/**
 * The functions of PromQL on columns of samples, each as in Prometheus 3.5. Depends on {@code
 * query.histogram}, {@code query.promql}, {@code query.value}, {@code query.text}, {@code read}.
 */
package io.harvester.query.functions;
