package io.harvester.bench;

import java.util.SortedMap;

/**
 * One series as every node has it.
 *
 * @param metric metric name
 * @param type metadata: counter, gauge, …
 * @param help metadata: what it means
 * @param labels its labels without metric name, instance, job and node
 * @param behaviour how its values move
 */
record SeriesShape(
    String metric,
    String type,
    String help,
    SortedMap<String, String> labels,
    Behaviour behaviour) {}
