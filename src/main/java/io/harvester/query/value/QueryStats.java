// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

/**
 * What a query cost.
 *
 * @param samples number of samples that selectors and ranges took in, per evaluated step
 * @param peakSamples largest number of samples in memory at a time
 * @param series number of series that were read
 */
public record QueryStats(long samples, long peakSamples, long series) {}
