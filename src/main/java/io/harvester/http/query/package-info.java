// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP API of queries, as Prometheus has it: parameters, endpoints, JSON. Depends on {@code
 * http}, {@code http.json}, {@code http.remoteread}, {@code ingest.request}, {@code query.parser},
 * {@code query.promql}, {@code query.engine}, {@code query.value}, {@code read}, {@code storage},
 * {@code auth}, {@code config}, {@code metrics}, {@code query.text}.
 */
package io.harvester.http.query;
