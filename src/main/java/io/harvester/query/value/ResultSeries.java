// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import io.harvester.query.histogram.FloatHistogram;

/**
 * A series of a range query.
 *
 * @param times ms since the epoch, ascending
 * @param values one per time; meaningless where there is a histogram
 * @param histograms one per time, null where the sample is a float; null: all are floats
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ResultSeries(
    Labels labels, long[] times, double[] values, FloatHistogram[] histograms) {}
