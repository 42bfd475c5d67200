// SPDX-License-Identifier: Apache-2.0
/**
 * The functions of range vectors: a window slides over the columns of a series. Depends on {@code
 * query.functions}, {@code query.histogram}, {@code query.promql}, {@code query.value}.
 */
package io.harvester.query.functions.range;
