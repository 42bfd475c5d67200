// SPDX-License-Identifier: Apache-2.0
/**
 * What a query answers: label sets, samples, series, and the remarks about them. Depends on {@code
 * query.histogram}, {@code query.text}.
 */
package io.harvester.query.value;
