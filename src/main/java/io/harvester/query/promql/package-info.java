// SPDX-License-Identifier: Apache-2.0
/**
 * The syntax of PromQL as of Prometheus 3.5: expressions, their parser, type check and printer.
 * Depends on {@code read}.
 */
package io.harvester.query.promql;
