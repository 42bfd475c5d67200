package io.harvester.storage;

/**
 * Since when a series counts.
 *
 * @param seriesId {@code series_id}
 * @param nodeId {@code node_id} of the series
 * @param start when it counted zero, ms since the epoch
 * @param firstTime the sample that said so, ms since the epoch
 */
public record StartRow(long seriesId, int nodeId, long start, long firstTime) {}
