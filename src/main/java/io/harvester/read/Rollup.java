// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

/**
 * What the samples of a series in a span of time amount to; times in ms since the epoch.
 *
 * @param end end of the span; the sample at the very end belongs to it, that at the start does not
 * @param samples how many there were
 * @param firstTime time of the first one
 * @param lastTime time of the last one
 * @param first the first value
 * @param last the last value
 * @param lowest the lowest value
 * @param highest the highest value
 * @param total the sum of the values
 * @param dropped the sum of the values before each one that was lower: what a counter's resets hide
 */
public record Rollup(
    long end,
    int samples,
    long firstTime,
    long lastTime,
    double first,
    double last,
    double lowest,
    double highest,
    double total,
    double dropped) {}
