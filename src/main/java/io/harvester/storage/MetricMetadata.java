package io.harvester.storage;

/**
 * What a sender says of a metric.
 *
 * @param metric metric name (1.0: of the family)
 * @param type counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown
 * @param help help text; may be empty
 * @param unit unit; may be empty
 */
public record MetricMetadata(String metric, String type, String help, String unit) {}
