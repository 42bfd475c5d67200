// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.util.SortedMap;

/**
 * One series of the catalog; every node has it.
 *
 * @param metric metric name
 * @param type type in the metadata: counter, gauge, …
 * @param help help text in the metadata
 * @param labels labels without metric name, instance, job and node
 * @param behaviour how its value changes
 */
public record SeriesShape(
    String metric,
    String type,
    String help,
    SortedMap<String, String> labels,
    Behaviour behaviour) {}
