// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.series.SeriesKey.Label;
import java.util.List;

/**
 * The labels of a stored series.
 *
 * @param metric the metric name
 * @param node the node's name
 * @param others all other labels, sorted by name
 */
public record SeriesLabels(String metric, String node, List<Label> others) {}
