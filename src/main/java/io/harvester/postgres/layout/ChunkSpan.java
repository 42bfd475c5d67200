// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import java.time.Instant;

/**
 * The time range of one chunk or partition.
 *
 * @param table name of its table, without schema
 * @param name its own name with schema, quoted where needed; if the range is a part of a partition,
 *     a space and the start follow
 * @param start first instant in the range
 * @param end first instant after the range
 */
public record ChunkSpan(String table, String name, Instant start, Instant end) {}
