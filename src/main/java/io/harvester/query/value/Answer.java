// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param warnings what makes the result doubtful, as Prometheus prints it
 * @param infos what may be a mistake in the query, as Prometheus prints it
 */
public record Answer(
    QueryResult result, List<String> warnings, List<String> infos, QueryStats stats) {}
