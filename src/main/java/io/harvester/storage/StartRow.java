// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

/**
 * A start timestamp of a series (Remote-Write 2.0 {@code start_timestamp}).
 *
 * @param seriesId {@code series_id}
 * @param nodeId {@code node_id} of the series
 * @param start when its count was zero, ms since the epoch
 * @param firstTime time of the earliest sample that carries this start, ms since the epoch
 */
public record StartRow(long seriesId, int nodeId, long start, long firstTime) {}
