// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

/**
 * Metadata of a metric, as a sender gives it.
 *
 * @param metric metric name; in remote_write 1.0 the name of the metric family
 * @param type counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown
 * @param help help text; may be empty
 * @param unit unit; may be empty
 */
public record MetricMetadata(String metric, String type, String help, String unit) {}
