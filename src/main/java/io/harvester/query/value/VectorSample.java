// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import io.harvester.query.histogram.FloatHistogram;

/**
 * A sample of an instant vector.
 *
 * @param time ms since the epoch
 * @param histogram null: the sample is the float {@code value}
 */
public record VectorSample(Labels labels, long time, double value, FloatHistogram histogram) {}
