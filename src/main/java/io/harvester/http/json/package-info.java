// SPDX-License-Identifier: Apache-2.0
/**
 * Writes results and expressions as the JSON of Prometheus. Depends on {@code query.promql}, {@code
 * query.histogram}, {@code query.value}, {@code read}, {@code query.text}.
 */
package io.harvester.http.json;
