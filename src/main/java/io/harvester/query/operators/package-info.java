// SPDX-License-Identifier: Apache-2.0
/**
 * The binary operators of PromQL on columns, and how series of both sides are paired. Depends on
 * {@code query.functions}, {@code query.histogram}, {@code query.promql}, {@code query.value},
 * {@code query.text}.
 */
package io.harvester.query.operators;
