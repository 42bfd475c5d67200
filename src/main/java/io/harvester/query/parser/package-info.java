// SPDX-License-Identifier: Apache-2.0
/**
 * Reads and prints PromQL as of Prometheus 3.5: lexer, parser, type check, printer. Depends on
 * {@code query.promql}, {@code read}, {@code query.text}.
 */
package io.harvester.query.parser;
